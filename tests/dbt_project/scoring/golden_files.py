"""The golden sets of tests/golden: CSV files that people extend, read and checked line by line."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.dbt_project.dbt_command import AS_OF, REPOSITORY

GOLDEN = REPOSITORY / "tests" / "golden"
SEEDS = REPOSITORY / "seeds"
HEALTH = REPOSITORY / "dbt_project" / "models" / "marts" / "health"
SCORECARD_FILES = ["scorecards", "scorecard_groups", "scorecard_metrics", "scorecard_caps"]
WITH_VALUE = ["observed", "stale"]
STATES = [*WITH_VALUE, "not_applicable", "unmapped", "source_late", "not_enough_history"]
BANDS = ["green", "yellow", "red"]
KEY = ["case", "account"]
# File -> its columns; those behind the bar may be absent or blank.
COLUMNS = {
    "inputs.csv": "case account score_month metric value_state | value",
    "account_months.csv": "case account score_month | size_segment lifecycle_stage region",
    "overrides.csv": "case account created_at band | expires_on is_deleted",
    "expected.csv": "case account score_month column | metric expected worked",
    "scorecards.csv": "scorecard version vertical | effective_from",
    "scorecard_groups.csv": "scorecard version metric_group group_weight",
    "scorecard_metrics.csv": "scorecard version metric metric_weight worst_value best_value",
    "scorecard_caps.csv": "scorecard version metric below_score max_health_score",
}
DRIVER_COLUMNS = {
    f"{bracket}.{column}": "double"
    for bracket in ("behaviour", "configuration", "caps")
    for column in ("value_effect", "weight_effect", "points")
}


@dataclass(frozen=True)
class Row:
    """One line of a file: its cells by column; blank cells are there as ''."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def account_id(self) -> str:
        return f"{self['case']}/{self['account']}"

    @property
    def key(self) -> tuple[str, date]:
        return self.account_id, month(self["score_month"])


@dataclass
class GoldenSets:
    """All rows by file, and what is wrong with them, each with file and line."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def complain(self, row: Row, text: str) -> None:
        self.problems.append(f"{row.file}, line {row.line}: {text}")


def month(text: str) -> date:
    """`2026-03` or `2026-03-01`."""
    found = date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    if found.day != 1 or found > date.fromisoformat(AS_OF[:10]):
        raise ValueError(text)
    return found


def truth(text: str) -> bool:
    """`true` or `false`, as spreadsheets write them too."""
    return {"true": True, "false": False}[text.lower()]


# Type of a column in the contract -> how its expected value is read, and what it has to look like.
TYPES: dict[str, tuple[Callable[[str], Any], str]] = {
    "double": (float, "a number, such as 62.5"),
    "integer": (int, "a whole number"),
    "boolean": (truth, "true or false"),
    "date": (date.fromisoformat, "a date, such as 2026-03-31"),
    "timestamp": (datetime.fromisoformat, "an instant in UTC, such as 2026-03-31 12:00:00"),
    "varchar": (str, "text"),
}


@cache
def contract(mart: str) -> dict[str, str]:
    """Column -> type, as the mart promises them."""
    [model] = yaml.safe_load((HEALTH / f"{mart}.yml").read_text())["models"]
    return {column["name"]: column["data_type"] for column in model["columns"]}


def columns_of(row: Row) -> dict[str, str]:
    """What may be expected in a line: of the account, or of one of its metrics."""
    if row["metric"]:
        return contract("fct_health_metrics_monthly") | DRIVER_COLUMNS
    return contract("fct_health_scores_monthly")


def expected_value(row: Row) -> Any:
    """The expected value in the type of its column; None where the cell is blank."""
    return TYPES[columns_of(row)[row["column"]]][0](row["expected"]) if row["expected"] else None


def seed_rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def one_of(word: str, words: Iterable[str], what: str) -> str | None:
    """What is wrong with a word that has to be one of some, with the closest one."""
    words = list(words)
    if word in words:
        return None
    close = difflib.get_close_matches(word, words, 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"there is no {what} '{word}'{hint}"


def read_file(sets: GoldenSets, path: Path) -> None:
    """Read one file; lines that start with # and empty lines say nothing."""
    required, _, optional = COLUMNS[path.name].partition("|")
    known = required.split() + optional.split()
    if path.stem in SCORECARD_FILES:
        with (SEEDS / path.name).open(newline="") as file:
            known = next(csv.reader(file))
    header: list[str] | None = None
    sets.rows[path.name] = []
    for number, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if text.startswith("#") or not text.strip(" ,"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([text]))]
        row = Row(path.name, number, dict(zip(header or cells, cells, strict=False)))
        if header is None:
            header = cells
            wrong = [one_of(column, known, "column") for column in header]
            wrong += [f"column '{c}' is missing" for c in required.split() if c not in header]
            for problem in filter(None, wrong):
                sets.complain(row, problem)
        elif len(cells) != len(header):
            sets.complain(row, f"{len(cells)} cells, the file has {len(header)} columns")
        elif absent := [column for column in required.split() if not row[column]]:
            sets.complain(row, f"{', '.join(absent)} must be given")
        else:
            sets.rows[path.name].append(row)
