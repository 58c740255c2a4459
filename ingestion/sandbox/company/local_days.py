"""Pendo's days: local midnights of the subscription's time zone, as epoch milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.clock import Clock

TIME_ZONE = "America/New_York"


@dataclass(frozen=True)
class LocalDays:
    """The days with product events: start (ms), weekday (Monday 0), position of the month."""

    start_ms: NDArray[np.int64]
    weekday: NDArray[np.int64]
    month: NDArray[np.int64]

    def of_month(self, month: int) -> NDArray[np.int64]:
        """Positions of the month's days."""
        return np.flatnonzero(self.month == month)


def epoch_ms(instant: datetime) -> int:
    return int(instant.replace(tzinfo=UTC).timestamp() * 1000)


def local_days(clock: Clock) -> LocalDays:
    zone = ZoneInfo(TIME_ZONE)
    first, last = clock.events_from.date(), clock.ends_at.date()
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    starts = [datetime(d.year, d.month, d.day, tzinfo=zone).timestamp() * 1000 for d in days]
    return LocalDays(
        start_ms=np.array(starts, dtype=np.int64),
        weekday=np.array([day.weekday() for day in days]),
        month=np.array([_number(day) - clock.origin for day in days]),
    )


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
