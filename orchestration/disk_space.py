"""Whether there is room for a run, and what to say where there is not."""

import shutil
from pathlib import Path

from orchestration.paths import data_folder, published_database, serving_folder

# Whatever a first run of a small company writes.
LEAST_BYTES = 250 * 2**20
# With less than this left, whatever went wrong went wrong for want of room.
FULL_BELOW_BYTES = 20 * 2**20


class DiskFull(Exception):
    """There is no room for what is to be written; the message says how much, and what to do."""


def bytes_needed(warehouse: Path) -> int:
    """About what a run writes beside what is there: its months once more, and a publication."""
    sizes = [file.stat().st_size for file in (warehouse, published_database()) if file.exists()]
    return max(LEAST_BYTES, sum(sizes))


def require_space(warehouse: Path) -> None:
    """Stop before anything is written where a run would not fit.

    Raises:
        DiskFull: there is too little room.
    """
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(folder).free, bytes_needed(warehouse)
    if free < needed:
        raise DiskFull(words(f"a run needs about {megabytes(needed)}", free))


def explain_if_full(error: Exception) -> DiskFull | None:
    """What to say instead of an error that came for want of room."""
    if not data_folder().exists():
        return None
    free = shutil.disk_usage(data_folder()).free
    if free >= FULL_BELOW_BYTES:
        return None
    return DiskFull(words(f"the run broke off ({type(error).__name__})", free))


def words(cause: str, free: int) -> str:
    return (
        f"The disk of {data_folder()} is full: {megabytes(free)} are free, {cause}. What is "
        f"published stays as it is. Make room (kept versions lie in {serving_folder()}/versions, "
        "logs and Dagster's records of old runs beside it), then run again: "
        "docs/runbooks/disk_full.md"
    )


def megabytes(number: int) -> str:
    return f"{number / 2**20:,.0f} MB"
