"""Zendesk's incremental exports: by cursor (tickets, users) and by time (the others).

Both leave out the last minute before now. The cursor holds the time and id of the last
record that was returned, so it stays good for the next run. An export by time includes
the boundary second at both ends, so records of that second come again.
"""

import base64
import binascii
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from ingestion.sandbox.http_service import epoch_seconds, own_origin

Record = dict[str, Any]
MAX_PAGE = 1000
LAST_MINUTE = 60


class ExportError(ValueError):
    """A request refused with HTTP 400: Zendesk's error code and description."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(frozen=True)
class Export:
    """Records in the order of their change, each with its key (epoch seconds, id)."""

    name: str
    records: list[Record]
    keys: list[tuple[int, int]]


def export_of(name: str, stamped: list[tuple[int, Record]], now: int) -> Export:
    """Order records by the second of their last change, as known at `now`."""
    known = [(at, r["id"], r) for at, r in stamped if at <= now - LAST_MINUTE]
    known.sort(key=lambda entry: entry[:2])
    return Export(name, [r for _, _, r in known], [(at, i) for at, i, _ in known])


def changed_at(record: Record) -> int:
    """Return the second that exports order by: of generation, if the record has one."""
    stamp = record.get("generated_timestamp")
    if stamp is not None:
        return int(stamp)
    moments = ("updated_at", "timestamp", "time", "created_at")
    moment = next(record[name] for name in moments if record.get(name) is not None)
    return epoch_seconds(moment) if isinstance(moment, datetime) else int(moment)


def page_by_cursor(export: Export, request: Request, now: int) -> tuple[list[Record], Record]:
    """Return a page and its envelope; a cursor in the request wins over start_time."""
    given = request.query_params.get("cursor")
    after = _decoded(given) if given else (_start_time(request, now) - 1, 2**63)
    start = bisect_right(export.keys, after)
    end = min(start + _page_size(request), len(export.keys))
    last = _encoded(export.keys[end - 1] if end > start else after)
    first = _encoded(export.keys[start]) if given and end > start else None
    return export.records[start:end], {
        "after_cursor": last,
        "after_url": _url(request, cursor=last),
        "before_cursor": first,
        "before_url": _url(request, cursor=first) if first else None,
        "end_of_stream": end == len(export.keys),
    }


def changed_since(export: Export, request: Request, now: int) -> list[Record]:
    """Return all that changed at or after the request's start_time."""
    return export.records[bisect_left(export.keys, (_start_time(request, now), 0)) :]


def page_by_time(export: Export, request: Request, now: int) -> tuple[list[Record], Record]:
    """Return a page and its envelope; a page never ends inside a second.

    A second that holds more than a page is returned whole, together with the page after
    it, or the next request with its end_time would get the same page for ever.
    """
    start_time = _start_time(request, now)
    size, total = _page_size(request), len(export.keys)
    start = bisect_left(export.keys, (start_time, 0))
    end = min(start + size, total)
    if end < total and export.keys[end - 1][0] == start_time:
        end = min(bisect_left(export.keys, (start_time + 1, 0)) + size, total)
    if start < end < total:
        end = bisect_left(export.keys, (export.keys[end - 1][0] + 1, 0))
    end_time = export.keys[end - 1][0] if end > start else start_time
    return export.records[start:end], {
        "count": end - start,
        "end_time": end_time,
        "next_page": _url(request, start_time=end_time),
        "end_of_stream": end == total,
    }


def _start_time(request: Request, now: int) -> int:
    # The number that a text begins with: connectors try their access with an ISO time.
    number = re.match(r"\d+", request.query_params.get("start_time", ""))
    if number is None:
        message = "start_time is required: a Unix epoch time in seconds"
        raise ExportError("InvalidStartTime", message)
    start = int(number[0])
    if start > now - LAST_MINUTE:
        message = "Too recent start_time. Use a start_time older than 60 seconds"
        raise ExportError("StartTimeTooRecent", message)
    return start


def _page_size(request: Request) -> int:
    text = request.query_params.get("per_page", "")
    return min(max(int(text), 1), MAX_PAGE) if text.isdigit() else MAX_PAGE


def _url(request: Request, **moved: Any) -> str:
    """Return the request's own URL with the cursor or start time moved on."""
    kept = [
        (key, value)
        for key, value in request.query_params.multi_items()
        if key not in ("cursor", "start_time")
    ]
    query = urlencode(kept + list(moved.items()))
    return f"{own_origin(request)}{request.scope['path']}.json?{query}"


def _encoded(key: tuple[int, int]) -> str:
    return base64.b64encode(f"{key[0]}.0||{key[1]}".encode()).decode()


def _decoded(cursor: str) -> tuple[int, int]:
    try:
        at, _, identity = base64.b64decode(cursor, validate=True).decode().partition("||")
        return int(float(at)), int(identity)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise ExportError("InvalidCursor", f"invalid cursor {cursor!r}") from error
