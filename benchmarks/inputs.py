"""The inputs of the scoring models, written straight into a warehouse of the benchmark's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

AS_OF = "2026-11-15 00:00:00"
LAST_MONTH = date(2026, 11, 1)


def months_before(month: date, count: int) -> date:
    """The first day of the month `count` calendar months before."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def write_inputs(warehouse: Path, seeds: Path, accounts: int, months: int) -> None:
    """Write account months, metric values of the whole catalogue, overrides and aliases."""
    values = {
        "accounts": str(accounts),
        "first": f"'{months_before(LAST_MONTH, months - 1)}'",
        "last": f"'{LAST_MONTH}'",
        "metrics": f"'{seeds / 'metrics.csv'}'",
        "scorecard_metrics": f"'{seeds / 'scorecard_metrics.csv'}'",
    }
    script = Path(__file__).with_name("inputs.sql").read_text()
    # The longer name first: $metrics is no part of it, but stays readable either way.
    for name in sorted(values, key=len, reverse=True):
        script = script.replace(f"${name}", values[name])
    with duckdb.connect(str(warehouse), config={"memory_limit": "3GB", "threads": 2}) as connection:
        connection.execute(script)
