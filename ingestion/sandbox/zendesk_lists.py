"""Zendesk's two kinds of list pages: by cursor (page[size]) and by number (per_page)."""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from ingestion.sandbox.http_service import own_origin
from ingestion.sandbox.zendesk_exports import ExportError, Record, changed_at

MAX_PAGE = 100
# Zendesk refuses to page deeper than this by number.
DEEPEST_PAGE = 100
KEYS: dict[str, Callable[[Record], Any]] = {
    "ids": lambda row: str(row["id"]),
    "external_id": lambda row: (row.get("external_id") or "").lower(),
    "external_ids": lambda row: (row.get("external_id") or "").lower(),
    "name": lambda row: (row.get("name") or "").lower(),
}


def list_page(records: list[Record], request: Request) -> tuple[list[Record], Record]:
    """Return a page in the style that the request asks for, and its envelope."""
    parameters = request.query_params
    if any(key.startswith("page[") for key in parameters):
        return _by_cursor(records, request)
    return _by_number(records, request)


def sorted_rows(rows: list[Record], request: Request) -> list[Record]:
    """Apply sort=-updated_at (cursor lists) or sort_by and sort_order (numbered).

    A sort_order alone, which the list of ratings takes, is by creation.
    """
    given = request.query_params
    text = given.get("sort") or given.get("sort_by") or ("sort_order" in given and "created_at")
    if not text:
        return rows
    descending = text.startswith("-") or given.get("sort_order") == "desc"
    name = text.removeprefix("-")
    if any(name not in row for row in rows):
        raise ExportError("InvalidPaginationParameter", f"sort is not valid: {name}")
    filled = [row for row in rows if row[name] is not None]
    empty = [row for row in rows if row[name] is None]
    return sorted(filled, key=lambda row: row[name], reverse=descending) + empty


def matching_ratings(rows: list[Record], request: Request) -> list[Record]:
    """Apply start_time, end_time (epoch s, inclusive, on updated_at) and score."""
    parameters = request.query_params
    try:
        low = float(parameters.get("start_time", "-inf"))
        high = float(parameters.get("end_time", "inf"))
    except ValueError as error:
        message = "start_time and end_time are Unix epoch times in seconds"
        raise ExportError("InvalidStartTime", message) from error
    score = parameters.get("score", "")
    return [row for row in rows if low <= changed_at(row) <= high and _has_score(row, score)]


def _has_score(rating: Record, wanted: str) -> bool:
    """Match good, bad, offered, unoffered or received (good or bad), with or without a comment."""
    score, _, comment = wanted.partition("_")
    if comment and (comment == "with_comment") != bool(rating.get("comment")):
        return False
    return rating["score"] in (("good", "bad") if score == "received" else (score,)) or not score


def looked_up(rows: list[Record], request: Request) -> list[Record]:
    """Return the records of these ids, external_ids, external_id or name, in any case."""
    parameters = request.query_params
    for key in KEYS.keys() & parameters.keys():
        text = parameters[key].lower()
        values = [part.strip() for part in text.split(",")] if key.endswith("ids") else [text]
        rows = [row for row in rows if KEYS[key](row) in values]
    return rows


def _by_cursor(records: list[Record], request: Request) -> tuple[list[Record], Record]:
    parameters = request.query_params
    size = _whole(parameters.get("page[size]", str(MAX_PAGE)), "page[size]")
    if not 1 <= size <= MAX_PAGE:
        message = f"page[size] must be between 1 and {MAX_PAGE}"
        raise ExportError("InvalidPaginationParameter", message)
    start = 0
    if "page[after]" in parameters:
        start = _decoded(parameters["page[after]"]) + 1
    elif "page[before]" in parameters:
        start = max(_decoded(parameters["page[before]"]) - size, 0)
    page = records[start : start + size]
    before = _encoded(start) if page else None
    after = _encoded(start + len(page) - 1) if page else None
    has_more = start + size < len(records)
    return page, {
        "meta": {"has_more": has_more, "after_cursor": after, "before_cursor": before},
        "links": {
            "next": _url(request, "page[after]", after) if has_more else None,
            "prev": _url(request, "page[before]", before) if start else None,
        },
    }


def is_beyond(request: Request, rows: int) -> bool:
    """Return whether a numbered page begins after so many rows."""
    number, size = _number_and_size(request)
    return (number - 1) * size >= rows


def _number_and_size(request: Request) -> tuple[int, int]:
    parameters = request.query_params
    size = _whole(parameters.get("per_page", str(MAX_PAGE)), "per_page")
    number = max(_whole(parameters.get("page", "1"), "page"), 1)
    return number, min(max(size, 1), MAX_PAGE)


def _by_number(records: list[Record], request: Request) -> tuple[list[Record], Record]:
    number, size = _number_and_size(request)
    if number > DEEPEST_PAGE:
        message = f"page {number} is too deep; use cursor pagination (page[size])"
        raise ExportError("InvalidPaginationDepth", message)
    start = (number - 1) * size
    has_more = start + size < len(records)
    return records[start : start + size], {
        "count": len(records),
        "next_page": _url(request, "page", number + 1) if has_more else None,
        "previous_page": _url(request, "page", number - 1) if number > 1 else None,
    }


def _whole(text: str, name: str) -> int:
    if not text.isdigit():
        message = f"{name} must be a whole number, not {text!r}"
        raise ExportError("InvalidPaginationParameter", message)
    return int(text)


def _url(request: Request, name: str, value: Any) -> str:
    replaced = {"page[after]", "page[before]", "page"}
    kept = [
        (key, given) for key, given in request.query_params.multi_items() if key not in replaced
    ]
    query = urlencode([*kept, (name, value)])
    return f"{own_origin(request)}{request.scope['path']}.json?{query}"


def _encoded(index: int) -> str:
    return base64.urlsafe_b64encode(f"row||{index}".encode()).decode()


def _decoded(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor).decode()
        return int(text.removeprefix("row||"))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        message = f"invalid cursor {cursor!r}"
        raise ExportError("InvalidPaginationParameter", message) from error
