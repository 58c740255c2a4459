"""Versions scored over past months beside the official series: what was asked for, and how far."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import duckdb

from orchestration.warehouse_state import has_table

RESCORE_TAG = "customer_health/rescore"
# The model that keeps what was asked for; everything that changes by it depends on it.
RESCORINGS = dg.AssetKey(["intermediate", "int_rescorings"])
# Ends a re-scored series: no month lies at or after it.
NEVER = date(9999, 12, 1)


class Rescoring(NamedTuple):
    scorecard: str
    version: str
    from_month: date

    @property
    def variable(self) -> dict[str, str]:
        """As dbt's variable `rescore` lists it."""
        return {
            "scorecard": self.scorecard,
            "version": self.version,
            "from_month": self.from_month.isoformat(),
        }


def rescore_tag(requests: list[Rescoring]) -> dict[str, str]:
    return {RESCORE_TAG: json.dumps([request.variable for request in requests])}


def rescorings_of_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """dbt's variable `rescore` of a run; empty for a run that asks for nothing new."""
    return json.loads(tags.get(RESCORE_TAG, "[]"))


def stored_rescorings(warehouse: Path) -> list[Rescoring]:
    """What was asked for so far; opens the warehouse for a moment, so only between runs."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not has_table(connection, *RESCORINGS.path):
            return []
        rows = connection.execute(
            f"select scorecard, scorecard_version, from_month from {'.'.join(RESCORINGS.path)}"
        ).fetchall()
    return [Rescoring(*row) for row in rows]
