"""Rows of the health marts beside what the references say of them."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.scored_inputs import Key
from tests.dbt_project.scoring.smallest_failure import Wrong

Row = dict[str, Any]

MARTS = [
    "fct_health_scores_monthly", "fct_health_metrics_monthly", "fct_health_inputs_monthly",
    "fct_scorecard_results_monthly", "fct_health_drivers_monthly", "fct_band_changes",
    "rpt_account_history",
]  # fmt: skip


def named_rows(folder: DbtFolder, query: str) -> list[Row]:
    columns = [row[0] for row in folder.rows(f"describe {query}")]
    return [dict(zip(columns, row, strict=True)) for row in folder.rows(query)]


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(found, expected, rel_tol=0, abs_tol=1e-9)
    return found == expected


def key_of(row: Row) -> Key:
    return row["account_id"], row["score_month"]


def differences(row: Row, expected: Row) -> list[Wrong]:
    return [
        Wrong(key_of(row), column, row[column], value)
        for column, value in expected.items()
        if not same(row[column], value)
    ]


def months_before(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def change(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def version_key(row: Row) -> tuple[str, str]:
    return row["scorecard"], row["scorecard_version"]


def months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
