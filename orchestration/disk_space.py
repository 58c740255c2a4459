"""Whether there is room for a run, and what to say where there is not."""

import os
import shutil
from pathlib import Path

from orchestration.paths import data_folder, published_database, serving_folder
from orchestration.serving import remove_leftovers

# Whatever a first run of a small company writes.
LEAST_BYTES = 250 * 2**20
# With less than this left, whatever went wrong went wrong for want of room.
FULL_BELOW_BYTES = 20 * 2**20
# What the system and DuckDB say, and SQLite (Dagster's records). What they had begun to write may
# be gone again when somebody looks how much is free.
WORDS_OF_FULL_DISKS = ("No space left on device", "database or disk is full")


class DiskFull(Exception):
    """There is no room for what is to be written; the message says how much, and what to do."""


def bytes_needed(warehouse: Path) -> dict[Path, int]:
    """Folder, one per disk -> about what a run writes there beside what is there: its months once
    more, and a publication."""
    again, publication = (
        file.stat().st_size if file.exists() else 0 for file in (warehouse, published_database())
    )
    if on_one_disk(data_folder(), serving_folder()):
        return {data_folder(): max(LEAST_BYTES, again + publication)}
    return {
        data_folder(): max(LEAST_BYTES, again),
        serving_folder(): max(LEAST_BYTES, publication),
    }


def on_one_disk(folder: Path, other: Path) -> bool:
    return os.stat(folder).st_dev == os.stat(other).st_dev


def require_space(warehouse: Path) -> None:
    """Stop before anything is written where a run would not fit.

    Only for whoever holds the warehouse: what a killed publication left is removed first, since
    else only the next publication would, which there may be no room for.

    Raises:
        DiskFull: there is too little room.
    """
    serving_folder().mkdir(parents=True, exist_ok=True)
    remove_leftovers(serving_folder())
    for folder, needed in bytes_needed(warehouse).items():
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise DiskFull(words(folder, free, f"a run needs about {megabytes(needed)}"))


def explain_if_full(error: Exception | str) -> DiskFull | None:
    """What to say of an error, or of what a failed step says, that came for want of room."""
    folders = [folder for folder in (data_folder(), serving_folder()) if folder.exists()]
    if not folders:
        return None
    free, folder = min((shutil.disk_usage(folder).free, folder) for folder in folders)
    if free >= FULL_BELOW_BYTES and not any(known in str(error) for known in WORDS_OF_FULL_DISKS):
        return None
    what = "" if isinstance(error, str) else f" ({type(error).__name__})"
    return DiskFull(words(folder, free, f"the run broke off{what}"))


def words(folder: Path, free: int, cause: str) -> str:
    state = "is full" if free < LEAST_BYTES else "has too little room"
    return (
        f"The disk of {folder} {state}: {megabytes(free)} are free, {cause}. What is "
        f"published stays as it is. Make room (kept versions lie in {serving_folder()}/versions, "
        f"logs and Dagster's records of old runs in {data_folder()}), then run again: "
        "docs/runbooks/disk_full.md"
    )


def megabytes(number: int) -> str:
    return f"{number / 2**20:,.0f} MB"
