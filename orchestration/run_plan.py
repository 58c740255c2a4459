"""Which months a run covers, from what the warehouse holds."""

from datetime import date, datetime
from typing import Any

from ingestion.warehouse_file import warehouse_path
from orchestration.audit_state import unaudited_months
from orchestration.clock import first_score_month_setting
from orchestration.partitions import (
    FIRST_RUN_MONTHS,
    MonthRange,
    add_months,
    build_variables,
    month_in_progress,
    months_to_score,
)
from orchestration.paths import published_database
from orchestration.publications import first_published_month
from orchestration.warehouse_state import scored_months


def plan_months(as_of: datetime) -> MonthRange:
    """The months of a run for `as_of`; opens the warehouse for a moment, so only between runs.

    A first run that published nothing is done again whole: its scorecards may have been mended.
    """
    is_first_run = not published_database().exists()
    return months_to_score(
        as_of,
        {} if is_first_run else scored_months(warehouse_path()),
        first_score_month_setting(),
        unaudited_months(),
    )


def run_variables(as_of: datetime, months: MonthRange | None) -> dict[str, Any]:
    """The variables of a run's dbt builds, but for those of scoring past months again."""
    return build_variables(as_of, months, is_first_run=not published_database().exists())


def first_partition(as_of: datetime) -> date:
    """The earliest month that can be scored: the setting, what is published, or a first run's.

    Reads the published database, which is always free, and not the warehouse: a code location
    loads at any moment, also while a run writes.
    """
    unaudited = unaudited_months()
    candidates = [
        first_score_month_setting(),
        first_published_month(published_database()),
        unaudited.start if unaudited else None,
        add_months(month_in_progress(as_of), -FIRST_RUN_MONTHS),
    ]
    return min(month for month in candidates if month)
