"""The working tree's project for `make impact`, with the versions as they were published beside.

To tell an edited metric from an edited scorecard, the new inputs are scored under the published
versions as well: these are added to the copy of the seeds under another version name.
"""

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from orchestration.partitions import add_months
from orchestration.paths import dbt_project_folder
from orchestration.preparation import IGNORED

SCORECARD_SEEDS = ("scorecards", "scorecard_groups", "scorecard_metrics", "scorecard_caps")
# Later than any month that is scored: such a version is never the official one.
FIRST_UNUSED_MONTH = date(9990, 1, 1)


class Version(NamedTuple):
    scorecard: str
    version: str

    @property
    def as_published(self) -> "Version":
        return Version(self.scorecard, f"{self.version} as published")


def write_project(folder: Path, warehouse: Path, published: list[Version]) -> Path:
    """Copy the working tree's dbt project and seeds, and add the published versions to the seeds.

    Args:
        warehouse: holds the seeds of the last run in its schema `reference`.

    Returns:
        The folder of the copied dbt project.
    """
    source = dbt_project_folder()
    project = folder / "dbt_project"
    shutil.copytree(source, project, ignore=shutil.ignore_patterns(*IGNORED))
    shutil.copytree(source.parent / "seeds", folder / "seeds")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for seed in SCORECARD_SEEDS:
            path = folder / "seeds" / f"{seed}.csv"
            add_rows(path, published_rows(connection, seed, published))
    return project


def published_rows(
    connection: duckdb.DuckDBPyConnection, seed: str, published: list[Version]
) -> list[dict[str, Any]]:
    """The rows of the published versions, renamed, with dates at which they score nothing."""
    cursor = connection.execute(f"select * from reference.{seed}")
    columns = [column[0] for column in cursor.description]
    rows = []
    for values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True))
        version = Version(row["scorecard"], row["version"])
        if version not in published:
            continue
        row["version"] = version.as_published.version
        if seed == "scorecards":
            start = add_months(FIRST_UNUSED_MONTH, published.index(version))
            row |= {"effective_from": start, "effective_to": None}
        rows.append(row)
    return rows


def add_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Append rows to a CSV; columns that it no longer has are left out, new ones stay blank."""
    with open(path, newline="") as file:
        columns = next(csv.reader(file))
    if not path.read_text().endswith("\n"):
        path.write_text(path.read_text() + "\n")
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writerows(rows)


def seed_versions() -> list[Version]:
    """Every version of the working tree's seeds/scorecards.csv."""
    path = dbt_project_folder().parent / "seeds" / "scorecards.csv"
    with open(path, newline="") as file:
        return [Version(row["scorecard"], row["version"]) for row in csv.DictReader(file)]
