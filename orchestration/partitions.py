"""Score months: which ones a run covers, and what it tells Dagster and dbt about them.

A score month is named by its first day and ends, exclusive, where the next one starts (UTC).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

# Ended months that every run scores again: what arrives late moves them once more. Older months are
# closed, and what they were scored by cannot change. With 1, invoices, answers and activities that
# reach the vendors within a month of a month's end still count; each more costs every run a month.
LOOKBACK = 1
# What the first run scores where FIRST_SCORE_MONTH does not say otherwise.
FIRST_RUN_MONTHS = 24


class MonthRange(NamedTuple):
    """First days of the first and the last month, both inclusive."""

    start: date
    end: date

    def __str__(self) -> str:
        return (
            f"{self.start:%Y-%m}"
            if self.start == self.end
            else f"{self.start:%Y-%m} to {self.end:%Y-%m}"
        )


def add_months(month: date, count: int) -> date:
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def month_in_progress(as_of: datetime) -> date:
    """The month that contains the last instant before `as_of`."""
    return (as_of - timedelta(microseconds=1)).date().replace(day=1)


def is_ended(month: date, as_of: datetime) -> bool:
    return datetime.combine(add_months(month, 1), datetime.min.time()) <= as_of


def months_to_score(
    as_of: datetime,
    scored: Mapping[date, datetime],
    first_month: date | None = None,
    unaudited: MonthRange | None = None,
) -> MonthRange:
    """The months of a run: from the earliest one that is missing, provisional or unaudited, and at
    least LOOKBACK ended months and the month in progress.

    Args:
        scored: score month -> the instant T it was last scored for; provisional if T lies before
            the month's end.
        first_month: where history starts; default the first month scored, or FIRST_RUN_MONTHS
            ended months on the first run.
        unaudited: months that a build left behind without having passed its tests.
    """
    last = month_in_progress(as_of)
    ended = last if is_ended(last, as_of) else add_months(last, -1)
    first = first_month or min(scored, default=add_months(ended, 1 - FIRST_RUN_MONTHS))
    if first > last:
        raise ValueError(
            f"The first score month {first:%Y-%m} lies after the month of as_of ({as_of} UTC): "
            "nothing to score. Set FIRST_SCORE_MONTH earlier, or AS_OF later."
        )
    start = first
    at_latest = min(last, add_months(ended, 1 - LOOKBACK))
    while start < at_latest and start in scored and is_ended(start, scored[start]):
        start = add_months(start, 1)
    if unaudited:
        start = min(start, unaudited.start)
    return MonthRange(start, last)


def build_variables(
    as_of: datetime, months: MonthRange | None = None, is_first_run: bool = False
) -> dict[str, Any]:
    """The variables of a dbt build; without months where no model with a score month is built.

    Args:
        is_first_run: nothing was ever published, so there is no history yet that an edited
            scorecard could rewrite: what an earlier, failed first run built is scored anew.
    """
    variables: dict[str, Any] = {
        "as_of": as_of.isoformat(sep=" "),
        "lookback": LOOKBACK,
        "check_used_versions": not is_first_run,
    }
    if months:
        variables |= {
            "start_month": months.start.isoformat(),
            "end_month": months.end.isoformat(),
        }
    return variables


def partition_tags(months: MonthRange) -> dict[str, str]:
    """Run tags by which Dagster knows the months of a run."""
    return {
        ASSET_PARTITION_RANGE_START_TAG: months.start.isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: months.end.isoformat(),
    }


def months_of_tags(tags: Mapping[str, str]) -> MonthRange | None:
    """The months of a run by its tags; None for a run of unpartitioned assets alone."""
    if start := tags.get(ASSET_PARTITION_RANGE_START_TAG):
        end = tags[ASSET_PARTITION_RANGE_END_TAG]
    elif start := tags.get(PARTITION_NAME_TAG):
        end = start
    else:
        return None
    return MonthRange(date.fromisoformat(start), date.fromisoformat(end))


def months_of_window(window: dg.TimeWindow) -> MonthRange:
    """The months of a partition window, whose end is exclusive."""
    return MonthRange(window.start.date(), add_months(window.end.date(), -1))


def score_month_partitions(first_month: date, as_of: datetime) -> dg.MonthlyPartitionsDefinition:
    """One partition per score month from the first to the one of `as_of`, which is in progress.

    A sandbox's clock may run ahead of the machine's, which is the one that Dagster counts from.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    last = max(month_in_progress(as_of), now.date().replace(day=1))
    ahead = (last.year - now.year) * 12 + last.month - now.month
    return dg.MonthlyPartitionsDefinition(start_date=first_month.isoformat(), end_offset=ahead + 1)
