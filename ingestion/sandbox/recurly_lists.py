"""Recurly's list mechanics: sort, time bounds, filters, cursors in a relative `next`."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

Record = dict[str, Any]
# When a record was created or updated, and its id.
Place = tuple[datetime, str]
DEFAULT_LIMIT, MAX_LIMIT, MAX_IDS = 20, 200, 200
PAGING = {"limit", "order", "sort", "cursor", "begin_time", "end_time", "ids"}
LIVE_STATES = ("active", "canceled", "future")


class RecurlyError(Exception):
    """A refused request: HTTP status, Recurly's error type, message and parameter."""

    def __init__(self, status: int, kind: str, message: str, param: str = "") -> None:
        super().__init__(message)
        self.status, self.kind, self.param = status, kind, param


def _invalid(param: str, message: str) -> RecurlyError:
    return RecurlyError(422, "validation", message, param)


def asked_for(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what a request asks for; a cursor knows its list, whatever is sent beside it.

    Raises RecurlyError with status 400 for a cursor that never was in a `next`.
    """
    if "cursor" not in parameters:
        return dict(parameters)
    _, given = _decoded(parameters["cursor"])
    limit = parameters.get("limit", given.get("limit", str(DEFAULT_LIMIT)))
    return given | {"cursor": parameters["cursor"], "limit": limit}


def select_records(name: str, records: list[Record], given: Mapping[str, str]) -> list[Record]:
    """Apply ids or the filters and time bounds of the list, and order, as for a list or its count.

    Raises RecurlyError with status 422 for a parameter out of its range.
    """
    if "ids" in given:
        ids = given["ids"].split(",")
        if len(ids) > MAX_IDS or given.keys() & (PAGING - {"ids", "limit", "cursor"}):
            message = f"ids takes at most {MAX_IDS} ids and no other parameter"
            raise _invalid("ids", message)
        return in_order([record for record in records if record["id"] in ids], given)
    sort = _sort(given)
    begin = _instant(given, "begin_time", datetime.min)
    end = _instant(given, "end_time", datetime.max)
    filters = [(FILTERS[key], given[key]) for key in FILTERS_OF.get(name, ()) if key in given]
    wanted = [
        record
        for record in records
        if begin <= record[sort] <= end
        and all(matches(record, value) for matches, value in filters)
    ]
    return in_order(wanted, given)


def in_order(records: list[Record], given: Mapping[str, str]) -> list[Record]:
    return sorted(records, key=_place(given), reverse=_is_descending(given))


def _sort(given: Mapping[str, str]) -> str:
    sort = given.get("sort", "created_at")
    if sort not in ("created_at", "updated_at"):
        raise _invalid("sort", "sort must be created_at or updated_at")
    return sort


def _is_descending(given: Mapping[str, str]) -> bool:
    order = given.get("order", "desc")
    if order not in ("asc", "desc"):
        raise _invalid("order", "order must be asc or desc")
    return order == "desc"


def _place(given: Mapping[str, str]) -> Callable[[Record], Place]:
    """Where a record stands in a list: records that change while somebody pages move."""
    sort = _sort(given)
    return lambda record: (record[sort], record["id"])


def list_body(records: list[Record], given: Mapping[str, str], path: str) -> Record:
    """Return one page; `next` is a path that carries all parameters of the request."""
    limit = given.get("limit", str(DEFAULT_LIMIT))
    if not limit.isdigit() or not 1 <= int(limit) <= MAX_LIMIT:
        raise _invalid("limit", f"limit must be between 1 and {MAX_LIMIT}")
    place = _place(given)
    if "cursor" in given:
        last, _ = _decoded(given["cursor"])
        is_descending = _is_descending(given)
        records = [r for r in records if (place(r) < last if is_descending else place(r) > last)]
    page = records[: int(limit)]
    has_more = len(records) > len(page)
    parameters = {**given, "limit": limit}
    if has_more:
        parameters["cursor"] = _encoded(place(page[-1]), parameters)
    return {
        "object": "list",
        "has_more": has_more,
        "next": f"{path}?{urlencode(parameters)}" if has_more else None,
        "data": page,
    }


def _instant(given: Mapping[str, str], name: str, default: datetime) -> datetime:
    """Read an ISO 8601 time as naive UTC; without a zone it is UTC."""
    if name not in given:
        return default
    try:
        # An unescaped + of an offset arrives as a blank.
        moment = datetime.fromisoformat(given[name].replace(" ", "+"))
    except ValueError as error:
        raise _invalid(name, f"{name} must be an ISO 8601 time") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _encoded(last: Place, given: Mapping[str, str]) -> str:
    query = urlencode({key: value for key, value in given.items() if key != "cursor"})
    return (
        base64.urlsafe_b64encode(f"{last[0].isoformat()}|{last[1]}?{query}".encode())
        .decode()
        .rstrip("=")
    )


def _decoded(cursor: str) -> tuple[Place, dict[str, str]]:
    """The place of the last record that was returned, and the parameters of its list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        last, _, query = base64.urlsafe_b64decode(padded).decode().partition("?")
        moment, _, identity = last.partition("|")
        place = (datetime.fromisoformat(moment), identity)
        return place, dict(parse_qsl(query, keep_blank_values=True))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise RecurlyError(400, "bad_request", "cursor is invalid", "cursor") from error


def _in_state(record: Record, wanted: str) -> bool:
    """Compare the state; `live` and `in_trial` gather subscriptions of several states."""
    is_in_trial = record.get("trial_ends_at") is not None and (
        record["trial_ends_at"] > (record.get("current_period_started_at") or datetime.max)
    )
    if wanted == "live":
        return record["state"] in LIVE_STATES
    if wanted == "in_trial":
        return record["state"] in LIVE_STATES and is_in_trial
    return record["state"] == wanted


def _of_type(record: Record, wanted: str) -> bool:
    """Compare the type; of transactions a payment is a purchase or a capture."""
    if wanted == "non-legacy":
        return record.get("type") != "legacy"
    return record.get("type") in (("purchase", "capture") if wanted == "payment" else (wanted,))


def _flag(name: str) -> Callable[[Record, str], bool]:
    return lambda record, wanted: bool(record.get(name)) == (wanted == "true")


FILTERS_OF = {
    "accounts": ("email", "subscriber", "past_due"),
    "subscriptions": ("state",),
    "invoices": ("state", "type"),
    "line_items": ("state", "type"),
    "transactions": ("type", "success"),
    "plans": ("state",),
    "add_ons": ("state",),
    "items": ("state",),
}
FILTERS: dict[str, Callable[[Record, str], bool]] = {
    "state": _in_state,
    "type": _of_type,
    "email": lambda record, wanted: record.get("email") == wanted,
    "subscriber": _flag("has_live_subscription"),
    "past_due": _flag("has_past_due_invoice"),
    "success": _flag("success"),
}
