"""What is wrong with lines of the golden sets, in words for whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.dbt_project.scoring.golden_files import (
    AS_OF,
    BANDS,
    COLUMNS,
    GOLDEN,
    SEEDS,
    STATES,
    TYPES,
    WITH_VALUE,
    GoldenSets,
    Row,
    columns_of,
    expected_value,
    month,
    one_of,
    read_file,
    seed_rows,
    truth,
)


def read_golden_sets(folder: Path = GOLDEN) -> GoldenSets:
    """Read all files of the folder and add a problem for every line that cannot be used."""
    sets = GoldenSets()
    for name in COLUMNS:
        read_file(sets, folder / name)
    if not sets.problems:
        accounts = check_account_months(sets)
        check_inputs(sets)
        check_overrides(sets, accounts)
        check_expected(sets, accounts)
        check_scorecards(sets)
    return sets


def is_read(sets: GoldenSets, row: Row, column: str, read: Callable[[str], Any], what: str) -> bool:
    """Whether a cell can be read; a blank one can."""
    try:
        return not row[column] or read(row[column]) is not None
    except (ValueError, KeyError):
        sets.complain(row, f"{column} is '{row[column]}', it must be {what}")
        return False


def check_month(sets: GoldenSets, row: Row) -> bool:
    what = f"a month up to {AS_OF[:7]}, such as 2026-03"
    return is_read(sets, row, "score_month", month, what)


def check_once(sets: GoldenSets, file: str, columns: list[str]) -> None:
    lines: dict[tuple[str, ...], int] = {}
    for row in sets.rows[file]:
        key = tuple(row[column] for column in columns)
        first = lines.setdefault(key, row.line)
        if first != row.line:
            sets.complain(row, f"the same as line {first} ({', '.join(filter(None, key))})")


def check_account_months(sets: GoldenSets) -> set[str]:
    """The accounts that have a month, after a look at their segments."""
    vocabulary = {
        column: sorted({row[column] for row in seed_rows(seed)} - {""})
        for column, seed in (
            ("size_segment", "size_segments"),
            ("lifecycle_stage", "lifecycle_stages"),
            ("region", "regions"),
        )
    }
    check_once(sets, "account_months.csv", ["case", "account", "score_month"])
    for row in sets.rows["account_months.csv"]:
        check_month(sets, row)
        for column, words in vocabulary.items():
            if row[column] and (wrong := one_of(row[column], words, column)):
                sets.complain(row, wrong)
    return {
        row.account_id for file in ("inputs.csv", "account_months.csv") for row in sets.rows[file]
    }


def check_inputs(sets: GoldenSets) -> None:
    metrics = [row["metric"] for row in seed_rows("metrics")]
    check_once(sets, "inputs.csv", ["case", "account", "score_month", "metric"])
    for row in sets.rows["inputs.csv"]:
        check_month(sets, row)
        is_read(sets, row, "value", float, "a number")
        wrong = one_of(row["metric"], metrics, "metric")
        wrong = wrong or one_of(row["value_state"], STATES, "value_state")
        if wrong is None and (row["value_state"] in WITH_VALUE) != bool(row["value"]):
            wrong = f"a value is given where the state is {' or '.join(WITH_VALUE)}, else none"
        if wrong:
            sets.complain(row, wrong)


def check_overrides(sets: GoldenSets, accounts: set[str]) -> None:
    for row in sets.rows["overrides.csv"]:
        if row.account_id not in accounts:
            sets.complain(row, f"inputs.csv has no account {row['account']} of case {row['case']}")
        is_read(sets, row, "created_at", datetime.fromisoformat, TYPES["timestamp"][1])
        is_read(sets, row, "expires_on", date.fromisoformat, TYPES["date"][1])
        is_read(sets, row, "is_deleted", truth, TYPES["boolean"][1])
        if wrong := one_of(row["band"], BANDS, "band"):
            sets.complain(row, wrong)


def check_expected(sets: GoldenSets, accounts: set[str]) -> None:
    metrics = ["", *(row["metric"] for row in seed_rows("metrics"))]
    inputs = sets.rows["inputs.csv"] + sets.rows["account_months.csv"]
    cases = {row["case"]: row for row in reversed(inputs)}
    months = {(row.account_id, row["score_month"][:7]) for row in inputs}
    check_once(sets, "expected.csv", ["case", "account", "score_month", "metric", "column"])
    for row in sets.rows["expected.csv"]:
        wrong = one_of(row["case"], cases, "case in inputs.csv")
        if wrong is None and row.account_id not in accounts:
            wrong = f"inputs.csv has no account {row['account']} of case {row['case']}"
        if wrong is None and check_month(sets, row):
            if (row.account_id, row["score_month"][:7]) not in months:
                wrong = f"account {row['account']} has no inputs in {row['score_month']}"
            wrong = wrong or one_of(row["metric"], metrics, "metric")
            wrong = wrong or one_of(row["column"], columns_of(row), "column")
            if wrong is None:
                what = TYPES[columns_of(row)[row["column"]]][1]
                is_read(sets, row, "expected", lambda _, row=row: expected_value(row), what)
        if wrong:
            sets.complain(row, wrong)
    for case in cases.keys() - {row["case"] for row in sets.rows["expected.csv"]}:
        sets.complain(cases[case], f"expected.csv expects nothing of case {case}")


def check_scorecards(sets: GoldenSets) -> None:
    """What the build itself would not say, or not with the line."""
    cases = {row["case"] for row in sets.rows["inputs.csv"] + sets.rows["account_months.csv"]}
    metrics = [row["metric"] for row in seed_rows("metrics")]
    check_once(sets, "scorecards.csv", ["scorecard", "version"])
    versions = {(row["scorecard"], row["version"]) for row in sets.rows["scorecards.csv"]}
    shipped = {(row["scorecard"], row["version"]) for row in seed_rows("scorecard_groups")}
    listed = {(row["scorecard"], row["version"]) for row in sets.rows["scorecard_groups.csv"]}
    for row in sets.rows["scorecards.csv"]:
        if wrong := one_of(row["vertical"], cases, "case in inputs.csv"):
            sets.complain(row, f"{wrong} (vertical names the case that the scorecard is for)")
        if (row["scorecard"], row["version"]) not in listed | shipped:
            sets.complain(row, f"neither scorecard_groups.csv nor {SEEDS.name}/ has its groups")
    for file in ("scorecard_groups.csv", "scorecard_metrics.csv", "scorecard_caps.csv"):
        for row in sets.rows[file]:
            if (row["scorecard"], row["version"]) not in versions:
                name = f"{row['scorecard']} version {row['version']}"
                sets.complain(row, f"scorecards.csv has no {name}")
            if row["metric"] and (wrong := one_of(row["metric"], metrics, "metric")):
                sets.complain(row, wrong)
            numbers = ("group_weight metric_weight worst_value best_value target_value "
                       "below_score max_health_score").split()  # fmt: skip
            for column in numbers:
                is_read(sets, row, column, float, "a number")
