"""Pendo's days: local midnights of the subscription's time zone, in epoch milliseconds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ingestion.settings import setting
from ingestion.watermarks import Watermark

VENDOR = "pendo"
# A day's counts are final after two to three days.
LATE_DAYS = 3
# 24 scored months, the longest lookback of the usage metrics behind the first, and some to spare.
MONTHS_ON_FIRST_LOAD = 32
# Answers to polls count for a year, and are few.
MONTHS_OF_ANSWERS_ON_FIRST_LOAD = 40
# Pendo asks for windows of 30 days at most.
DAYS_PER_REQUEST = 30


@dataclass(frozen=True)
class DayWindow:
    """The local days [first, end) to read, and what is complete once they are."""

    first: date
    end: date
    covered: Watermark


def time_zone() -> ZoneInfo:
    """The subscription's time zone, `[sources.pendo] time_zone`."""
    return ZoneInfo(setting(VENDOR, "time_zone", "America/New_York"))


def day_window(
    watermark: Watermark | None, as_of: datetime, months: int = MONTHS_ON_FIRST_LOAD
) -> DayWindow:
    """Which days to read: all on the first load, then the new ones and those that were late.

    Only days that ended by as_of: the day that contains it still grows. `months` is how far a
    first load reaches back where `[sources.pendo] start_date` does not say otherwise.
    """
    zone = time_zone()
    end = _local_date(as_of, zone)
    configured = setting(VENDOR, "start_date")
    start = date.fromisoformat(configured) if configured else None
    if watermark is None or midnight(end, zone) <= watermark.complete_from:
        first = start or _months_before(as_of.date(), months)
        complete_from = midnight(first, zone)
    else:
        complete_from = watermark.complete_from
        known = min(_local_date(watermark.complete_through, zone), end)
        first = max(known - timedelta(days=LATE_DAYS), _local_date(complete_from, zone))
        if start and midnight(start, zone) < complete_from:
            first, complete_from = start, midnight(start, zone)
    covered = Watermark(complete_from, midnight(end, zone))
    return DayWindow(min(first, end), end, covered)


def chunks(window: DayWindow) -> Iterator[list[int]]:
    """The window's days as epoch ms, in runs that one request may ask for."""
    zone = time_zone()
    count = (window.end - window.first).days
    days = [epoch_ms(midnight(window.first + timedelta(days=n), zone)) for n in range(count)]
    for start in range(0, count, DAYS_PER_REQUEST):
        yield days[start : start + DAYS_PER_REQUEST]


def days_between(first: int, last: int) -> list[int]:
    """All days from one to another, both inclusive, as epoch ms of their local midnights."""
    zone = time_zone()
    start, end = (
        datetime.fromtimestamp(day / 1000, UTC).astimezone(zone).date() for day in (first, last)
    )
    count = (end - start).days + 1
    return [epoch_ms(midnight(start + timedelta(days=n), zone)) for n in range(count)]


def local_midnight_before(instant: datetime) -> datetime:
    """The end of the last whole local day before an instant, naive UTC."""
    zone = time_zone()
    return midnight(_local_date(instant, zone), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day starts, naive UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    return start.astimezone(UTC).replace(tzinfo=None)


def epoch_ms(instant: datetime) -> int:
    """A naive UTC instant as Pendo writes it."""
    return int(instant.replace(tzinfo=UTC).timestamp() * 1000)


def _local_date(instant: datetime, zone: ZoneInfo) -> date:
    return instant.replace(tzinfo=UTC).astimezone(zone).date()


def _months_before(day: date, months: int) -> date:
    """The first of the month so many months before the day's."""
    ordinal = day.year * 12 + day.month - 1 - months
    return date(ordinal // 12, ordinal % 12 + 1, 1)
