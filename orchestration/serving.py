"""The folder that readers use: databases and Parquet trees that replace each other atomically.

    data/serving/
        customer_health.duckdb     the published database, a second name of its version's file
        parquet -> versions/<version>/parquet
        versions/<version>/        the last few publications, whole, for a roll-back
        .candidate/                what a run is building; left behind only by a killed one

A reader that opened a file keeps it, whole, until it closes it. A kill at any point leaves what
was published; between the two renames at the end, the Parquet tree may be one version behind the
database until the next publication.
"""

import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.candidate import Table, quoted

DATABASE = "customer_health.duckdb"
PARQUET = "parquet"
CANDIDATE = ".candidate"
VERSIONS_KEPT = 5
# A note in the folder of a version that was rolled back from: when.
ROLLED_BACK = "rolled_back_at"


def new_candidate_folder(serving: Path) -> Path:
    """An empty folder on the same file system; whatever a killed run left there is removed."""
    remove_leftovers(serving)
    folder = serving / CANDIDATE
    folder.mkdir(parents=True)
    return folder


def remove_leftovers(serving: Path) -> None:
    """What a killed publication left; only for whoever holds the warehouse, or it may be in use."""
    shutil.rmtree(serving / CANDIDATE, ignore_errors=True)
    for name in (DATABASE, PARQUET):
        (serving / f".{name}.new").unlink(missing_ok=True)


def write_parquet(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], folder: Path
) -> None:
    """One folder per table: partitions score_month=YYYY-MM-01/, or one file where there are none.

    With one thread a month is one file, in the order of the table.
    """
    connection.execute("set threads = 1")
    for table in tables:
        target = folder / table.name
        target.mkdir(parents=True)
        options = "format parquet, compression zstd"
        if "score_month" in table.columns:
            options += ", partition_by (score_month), overwrite_or_ignore"
        else:
            target = target / "data.parquet"
        connection.execute(f"copy {table.full_name} to '{quoted(target)}' ({options})")


def version_name(published_at: datetime) -> str:
    """The instant of publication, so that versions sort by age."""
    return f"{published_at:%Y%m%dT%H%M%S.%fZ}"


def publish_candidate(serving: Path, candidate: Path, version: str) -> None:
    """Keep the candidate as a version and let the published names point to it, atomically."""
    flush(candidate)
    versions = serving / "versions"
    versions.mkdir(exist_ok=True)
    os.replace(candidate, versions / version)
    flush_folder(versions)
    point_to(serving, version)
    prune(serving, version)


def point_to(serving: Path, version: str) -> None:
    """Let the database and the Parquet tree of a version be the published ones."""
    folder = serving / "versions" / version
    database, link = serving / f".{DATABASE}.new", serving / f".{PARQUET}.new"
    for leftover in (database, link):
        leftover.unlink(missing_ok=True)
    os.link(folder / DATABASE, database)
    os.replace(database, serving / DATABASE)
    # A rename between two names of one file does nothing: a roll-back to what is published.
    database.unlink(missing_ok=True)
    os.symlink(Path("versions") / version / PARQUET, link)
    os.replace(link, serving / PARQUET)
    flush_folder(serving)


def kept_versions(serving: Path) -> list[str]:
    """Versions that can be rolled back to, oldest first."""
    return sorted(folder.name for folder in (serving / "versions").glob("*Z*"))


def published_version(serving: Path) -> str | None:
    link = serving / PARQUET
    return link.readlink().parent.name if link.is_symlink() else None


def prune(serving: Path, current: str) -> None:
    """Remove all but the newest versions; never the published one, nor the last good one before it:
    a row of bad ones would leave nothing to roll back to."""
    kept = kept_versions(serving)
    good = [name for name in kept if not (serving / "versions" / name / ROLLED_BACK).exists()]
    for version in set(kept[:-VERSIONS_KEPT]) - {current, *good[-2:]}:
        shutil.rmtree(serving / "versions" / version)


def flush(folder: Path) -> None:
    """Files and folders of a tree to disk, so that a rename never outlives what it names."""
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            with open(Path(parent) / name, "rb") as file:
                os.fsync(file.fileno())
        flush_folder(Path(parent))


def flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
