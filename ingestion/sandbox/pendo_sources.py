"""The row sources of Pendo's aggregation: entities, and events of a time series.

Event buckets stay Arrow tables (sorted by day, cut by binary search) until a pipeline
step or the reply needs rows: a month of events is encoded in a fraction of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sandbox.http_service import epoch_seconds
from ingestion.sandbox.local_days import HOUR_MS, add_periods, period_start
from ingestion.sandbox.pendo_expressions import Row, compile_expression

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

Rows = pa.Table | list[Row]
ENTITIES = ("accounts", "visitors", "features", "pages", "guides", "trackTypes")
BUCKETS = ("events", "featureEvents", "pageEvents", "trackEvents")
SINGLE_EVENTS = ("guideEvents", "pollEvents")
PERIODS = {"dayRange": "day", "hourRange": "hour"}
ANONYMOUS_PREFIX = "_PENDO_T_"
ALL_APPLICATIONS = ('expandAppIds("*")', "expandAppIds(`*`)", "expandAppIds('*')")
# The simulated company records whole days. Hourly series show a day's bucket in the hour
# that starts 14 hours after local midnight.
HOUR_OF_BUCKETS = 14


class PendoError(ValueError):
    """A request that Pendo refuses with HTTP 400."""


@dataclass(frozen=True)
class PendoWorld:
    """What Pendo knows of the company, and its present in epoch ms."""

    records: Mapping[str, Any]
    zone: ZoneInfo
    now: int
    days: Mapping[str, np.ndarray]


def pendo_world(company: "Company", as_of: datetime) -> PendoWorld:
    """Index the company's event tables by day; `as_of` is naive UTC."""
    days = {
        name: company.pendo[name].column("day").to_numpy()
        for name in BUCKETS
        if name in company.pendo
    }
    zone, now = ZoneInfo(company.time_zone), epoch_seconds(as_of) * 1000
    return PendoWorld(company.pendo, zone, now, days)


def source_rows(world: PendoWorld, source: Mapping[str, Any]) -> tuple[Rows, int | None]:
    """Read a `source` step; returns the rows and the start of its time series in ms.

    Raises PendoError for an unknown source or filter, or a missing or unread time series.
    """
    names = [key for key in source if key != "timeSeries"]
    if len(names) != 1:
        raise PendoError(f"a source names exactly one kind of row, not {names}")
    name, wanted = names[0], source[names[0]] or {}
    if name in ENTITIES:
        return _matching(world.records.get(name, []), wanted), None
    if name == "pollsSeenEver":
        polls = _matching(world.records.get("pollEvents", []), wanted)
        return _latest_answers(polls), None
    if name not in BUCKETS + SINGLE_EVENTS:
        raise PendoError(f"unknown source {name!r}")
    if not source.get("timeSeries"):
        raise PendoError(f"the source {name!r} needs a timeSeries")
    start, end, unit = _window(world, source["timeSeries"])
    if name in SINGLE_EVENTS:
        rows = [row for row in world.records.get(name, []) if start <= row["browserTime"] < end]
        return _matching(rows, wanted), start
    if name not in world.records:
        return [], start
    return _filtered(_slice(world, name, start, end, unit), wanted), start


def _window(world: PendoWorld, series: Mapping[str, Any]) -> tuple[int, int, str]:
    """Return a time series as [start, end) in ms and the unit of its periods.

    A positive count runs forward from `first`, a negative one backward, without the
    period of `first` itself; `last` is inclusive.
    """
    if series.get("period") not in PERIODS:
        raise PendoError(f"timeSeries.period must be one of {', '.join(PERIODS)}")
    unit = PERIODS[series["period"]]
    first = period_start(_moment(world, series.get("first"), "first"), unit, world.zone)
    if series.get("last") is not None:
        moment = _moment(world, series["last"], "last")
        last = period_start(moment, unit, world.zone)
        return first, add_periods(last, 1, unit, world.zone), unit
    count = series.get("count")
    if not isinstance(count, int) or count == 0:
        raise PendoError("timeSeries needs a count other than 0, or last")
    other = add_periods(first, count, unit, world.zone)
    return min(first, other), max(first, other), unit


def _moment(world: PendoWorld, value: Any, name: str) -> int:
    if isinstance(value, str):
        value = compile_expression(value, world.now, world.zone)({})
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PendoError(f"timeSeries.{name} must be a moment in ms or an expression")
    return round(value)


def _slice(world: PendoWorld, name: str, start: int, end: int, unit: str) -> pa.Table:
    shift = HOUR_OF_BUCKETS * HOUR_MS if unit == "hour" else 0
    low, high = np.searchsorted(world.days[name], [start - shift, end - shift])
    table = world.records[name].slice(low, high - low)
    if unit == "hour":
        hours = pc.add(table.column("day"), shift)
        return table.set_column(table.schema.get_field_index("day"), "hour", hours)
    return table


def _applications(value: Any) -> list[Any] | None:
    """Return the wanted application ids, None for all of them."""
    if value in ALL_APPLICATIONS:
        return None
    return value if isinstance(value, list) else [value]


def _matching(rows: list[Row], wanted: Mapping[str, Any]) -> list[Row]:
    for key, value in wanted.items():
        if key == "appId":
            ids = _applications(value)
            if ids is not None:
                rows = [row for row in rows if row.get("appId") in ids]
        elif key == "identified":
            rows = [row for row in rows if is_identified(row.get("visitorId"))]
        elif key in ("id", "guideId", "pollId"):
            rows = [row for row in rows if row.get(key) == value]
        else:
            raise PendoError(f"unknown filter {key!r} in the source")
    return rows


def _filtered(table: pa.Table, wanted: Mapping[str, Any]) -> pa.Table:
    for key, value in wanted.items():
        if key == "appId":
            ids = _applications(value)
            if ids is not None:
                table = table.filter(pc.field("appId").isin(ids))
        elif key == "eventClass":
            # All of the company's product is a web application.
            table = table if "web" in value else table.slice(0, 0)
        elif key in table.column_names:
            table = table.filter(pc.field(key) == value)
        else:
            raise PendoError(f"unknown filter {key!r} in the source")
    return table


def is_identified(visitor_id: str | None) -> bool:
    """Say whether an id names a person or account, not an anonymous browser."""
    return bool(visitor_id) and not str(visitor_id).startswith(ANONYMOUS_PREFIX)


def _latest_answers(polls: list[Row]) -> list[Row]:
    latest: dict[tuple[str, str], Row] = {}
    for row in sorted(polls, key=lambda row: row["browserTime"]):
        latest[row["visitorId"], row["pollId"]] = {
            "visitorId": row["visitorId"],
            "accountId": row.get("accountId"),
            "time": row["browserTime"],
            "response": row.get("pollResponse"),
        }
    return list(latest.values())
