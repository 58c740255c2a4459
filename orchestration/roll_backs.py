"""Which kept versions were rolled back from, and when: a note in the folder of each."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from orchestration.serving import ROLLED_BACK, flush_folder, kept_versions


def note_of(serving: Path, version: str) -> Path:
    return serving / "versions" / version / ROLLED_BACK


def note_rolled_back(serving: Path, versions: Iterable[str], at: datetime) -> None:
    """The first time stays noted: a version is not undone twice."""
    for version in versions:
        note = note_of(serving, version)
        if not note.exists():
            unfinished = note.with_name(f".{ROLLED_BACK}.new")
            unfinished.write_text(at.isoformat())
            unfinished.replace(note)
            flush_folder(note.parent)


def forget_rolled_back(serving: Path, version: str) -> None:
    """Somebody chose it again: it is a version like any other."""
    note_of(serving, version).unlink(missing_ok=True)


def rolled_back(serving: Path) -> dict[str, datetime]:
    """Kept versions that were rolled back from -> when, oldest version first."""
    return {
        version: datetime.fromisoformat(note_of(serving, version).read_text())
        for version in kept_versions(serving)
        if note_of(serving, version).exists()
    }
