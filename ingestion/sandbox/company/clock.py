"""The simulated company's calendar: whole months in UTC, counted from a fixed origin."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

# The clock's default position, and the anchor of history: moving the clock moves no event.
DEFAULT_AS_OF = datetime(2026, 11, 15)
# Accounts begin up to this long before the first month that a default company shows.
MONTHS_BEFORE = 31
# Product events, activities and tickets reach this far back before the first shown month.
EVENT_MONTHS_BEFORE = 7


def month_number(instant: datetime) -> int:
    """Months since year 0: the index of a month in random keys."""
    return instant.year * 12 + instant.month - 1


def month_start(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1)


def add_months(instant: datetime, months: int) -> datetime:
    """The same day and time `months` later, or the last day of a shorter month."""
    number = month_number(instant) + months
    year, month = number // 12, number % 12 + 1
    day = min(instant.day, calendar.monthrange(year, month)[1])
    return instant.replace(year=year, month=month, day=day)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is (`as_of`), and the months that are simulated.

    Months are counted from the origin; `first_shown` is the first of `months` ended months
    before the default clock.
    """

    as_of: datetime
    months: int

    @property
    def first_shown(self) -> int:
        return month_number(DEFAULT_AS_OF) - self.months

    @property
    def origin(self) -> int:
        return self.first_shown - MONTHS_BEFORE

    @property
    def events_from(self) -> datetime:
        return month_start(self.first_shown - EVENT_MONTHS_BEFORE)

    @property
    def length(self) -> int:
        """Simulated months: one beyond the month in progress, for what is planned by now."""
        return max(month_number(self.as_of - timedelta(microseconds=1)) - self.origin + 2, 1)

    @property
    def ends_at(self) -> datetime:
        return month_start(self.origin + self.length)

    def month_of(self, instant: datetime) -> int:
        """Position of the month that contains `instant`; outside the simulation the nearest."""
        return min(max(month_number(instant) - self.origin, 0), self.length - 1)

    def month(self, position: int) -> tuple[datetime, datetime]:
        """Start and end (exclusive) of the month at `position`."""
        return month_start(self.origin + position), month_start(self.origin + position + 1)
