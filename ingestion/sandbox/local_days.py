"""Days and hours of a time zone as epoch milliseconds, daylight saving included."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR_MS = 3_600_000
UNITS = {"days": "day", "day": "day", "hours": "hour", "hour": "hour"}


def local_midnight(day: date, zone: ZoneInfo) -> int:
    """Return the instant at which a local day starts."""
    moment = datetime(day.year, day.month, day.day, tzinfo=zone)
    return round(moment.timestamp() * 1000)


def local_date(moment: int, zone: ZoneInfo) -> date:
    """Return the local day that contains an instant."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone).date()


def period_start(moment: int, unit: str, zone: ZoneInfo) -> int:
    """Round an instant down to the start of its local day or hour."""
    if unit_name(unit) == "hour":
        return moment - moment % HOUR_MS
    return local_midnight(local_date(moment, zone), zone)


def add_periods(start: int, count: int, unit: str, zone: ZoneInfo) -> int:
    """Go `count` days or hours on from the start of one; a local day has 23 to 25 h."""
    if unit_name(unit) == "hour":
        return start + count * HOUR_MS
    return local_midnight(local_date(start, zone) + timedelta(days=count), zone)


def unit_name(unit: str) -> str:
    """Return day or hour; raises ValueError for any other unit."""
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}, known are {', '.join(UNITS)}")
    return UNITS[unit]
