"""What in the warehouse has been built and not yet passed its tests.

A build leaves a note before it starts and takes it away when everything passed. As long as a note
is there, nothing is published, and the next run scores the months of the note again.
"""

import json
from datetime import date
from pathlib import Path
from typing import TypedDict

from orchestration.partitions import MonthRange
from orchestration.paths import data_folder


class Note(TypedDict):
    run_id: str
    months: list[str]  # first and last, or empty: the step's models have no score month
    is_inherited: bool  # an earlier build had left a note: only a whole build clears it


def notes_folder() -> Path:
    return data_folder() / "unaudited"


def read_note(step: str) -> Note | None:
    path = notes_folder() / f"{step}.json"
    return json.loads(path.read_text()) if path.exists() else None


def months_of(note: Note | None) -> MonthRange | None:
    if not note or not note["months"]:
        return None
    start, end = note["months"]
    return MonthRange(date.fromisoformat(start), date.fromisoformat(end))


def build_started(step: str, run_id: str, months: MonthRange | None = None) -> None:
    """Note that a step begins to change the warehouse; months of an earlier note stay noted."""
    earlier = read_note(step)
    pending = months_of(earlier)
    if months and pending:
        months = MonthRange(min(months.start, pending.start), max(months.end, pending.end))
    noted = [month.isoformat() for month in months] if months else []
    note = Note(run_id=run_id, months=noted, is_inherited=earlier is not None)
    notes_folder().mkdir(parents=True, exist_ok=True)
    unfinished = notes_folder() / f"{step}.new"
    unfinished.write_text(json.dumps(note))
    unfinished.replace(notes_folder() / f"{step}.json")


def build_passed(step: str, is_whole: bool, months: MonthRange | None = None) -> bool:
    """Take the note away if the build that passed covers it; returns whether it does.

    Args:
        is_whole: all models of the step were built and tested, not a selection of them.
    """
    note = read_note(step)
    pending = months_of(note)
    covers = not pending or (months and months.start <= pending.start and pending.end <= months.end)
    if not covers or (note and note["is_inherited"] and not is_whole):
        return False
    (notes_folder() / f"{step}.json").unlink(missing_ok=True)
    return True


def unaudited_builds() -> dict[str, Note]:
    """Step -> the note of the build that has not passed its tests."""
    steps = [path.stem for path in sorted(notes_folder().glob("*.json"))]
    return {step: note for step in steps if (note := read_note(step))}


def unaudited_months() -> MonthRange | None:
    """The months that were built and have not passed their tests."""
    ranges = [months for note in unaudited_builds().values() if (months := months_of(note))]
    if not ranges:
        return None
    return MonthRange(min(start for start, _ in ranges), max(end for _, end in ranges))
