"""audit.publications: one row per publication, carried from each published file to the next."""

import os
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestration.candidate import FACT, quoted
from orchestration.partitions import MonthRange
from orchestration.paths import PROJECT_FOLDER
from orchestration.roll_backs import rolled_back
from orchestration.serving import DATABASE

TABLE = "audit.publications"
COLUMNS = {
    "version": (
        "varchar",
        "Names the publication and its folder under data/serving/versions.",
    ),
    "published_at": ("timestamp", "When it replaced the one before, UTC."),
    "as_of": (
        "timestamp",
        "The instant of the run: nothing at or after it is in the data, UTC.",
    ),
    "first_month": (
        "date",
        "First score month that the run computed; NULL: published without a run.",
    ),
    "last_month": ("date", "Last score month that the run computed."),
    "row_counts": ("varchar", "Rows per table, joined by '; '."),
    "checks_passed": ("bigint", "Checks of the run that passed."),
    "checks_warned": (
        "bigint",
        "Checks of the run that did not pass and do not stop a publication.",
    ),
    "code_version": ("varchar", "The commit of the code (git describe), or 'unknown'."),
    "run_id": ("varchar", "The run that published, as the Dagster UI knows it."),
    "rolled_back_at": (
        "timestamp",
        "When an earlier version was published again in its place, UTC; NULL: never.",
    ),
}


class Publication(NamedTuple):
    version: str
    published_at: datetime
    as_of: datetime
    months: MonthRange | None
    row_counts: dict[str, int]
    checks_passed: int
    checks_warned: int
    code_version: str
    run_id: str


def write_publications(
    connection: duckdb.DuckDBPyConnection, publication: Publication, serving: Path
) -> None:
    """The publications so far, and the new one below them.

    The published file knows those before it; what was published after it and rolled back is known
    to the rolled back versions alone.
    """
    columns = ", ".join(f"{name} {data_type}" for name, (data_type, _) in COLUMNS.items())
    connection.execute(f"create table {TABLE} ({columns})")
    connection.execute(f"comment on table {TABLE} is 'One row per publication, newest last.'")
    for name, (_, description) in COLUMNS.items():
        connection.execute(f"comment on column {TABLE}.{name} is '{quoted(description)}'")
    undone = rolled_back(serving)
    for file in (serving / DATABASE, *(serving / "versions" / name / DATABASE for name in undone)):
        if file.exists():
            add_earlier(connection, file)
    for version, at in undone.items():
        connection.execute(
            f"update {TABLE} set rolled_back_at = ? where version = ?", [at, version]
        )
    start, end = publication.months or (None, None)
    values = {
        **publication._asdict(),
        "first_month": start,
        "last_month": end,
        "rolled_back_at": None,
        "row_counts": "; ".join(f"{k}={v}" for k, v in sorted(publication.row_counts.items())),
    }
    places = ", ".join("?" for _ in COLUMNS)
    connection.execute(f"insert into {TABLE} values ({places})", [values[name] for name in COLUMNS])


def add_earlier(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """The publications that a published file knows, but for those that are there already."""
    connection.execute(f"attach '{quoted(file)}' as earlier (read_only)")
    connection.execute(
        f"insert into {TABLE} by name select * from earlier.{TABLE} "
        f"where version not in (select version from {TABLE}) order by version"
    )
    connection.execute("detach earlier")


def first_published_month(published: Path) -> date | None:
    """Where the published history starts; None before the first publication."""
    if not published.exists():
        return None
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(f"select min(score_month) from {FACT}").fetchone()[0]


def last_as_of(published: Path) -> datetime | None:
    """The instant that is published; None before the first publication.

    Of the newest row, not the latest of all: a publication that was rolled back binds nobody.
    """
    if not published.exists():
        return None
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(f"select arg_max(as_of, version) from {TABLE}").fetchone()[0]


def code_version() -> str:
    """The commit that the code is at, marked when files differ from it.

    CODE_VERSION says it where there is no repository to ask: an image has none.
    """
    if told := os.environ.get("CODE_VERSION"):
        return told
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=PROJECT_FOLDER,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return described.stdout.strip() or "unknown"
