"""Zendesk's search, as far as connectors use it: type, times and values of fields.

A query is words like `type:user updated>2026-01-31 status:open -priority:low "two words"`; every
one of them must hold. A word without a field is looked for in names and subjects.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from ingestion.sandbox.zendesk_exports import ExportError, Record
from ingestion.sandbox.zendesk_lists import sorted_rows

TYPES = {"ticket": "tickets", "user": "users", "organization": "organizations", "group": "groups"}
TERM = re.compile(
    r'(?P<minus>-)?(?:(?P<field>\w+)(?P<sign>>=|<=|[:><]))?(?P<value>"[^"]*"|[^\s"]+)'
)
TIMES = {"updated": "updated_at", "created": "created_at", "solved": "solved_at"}
LIMIT = 1000


def found(lists: dict[str, list[Record]], request: Request) -> list[Record]:
    """Return what the request's `query` finds, each record with its `result_type`.

    Raises ExportError for a request without a query, and for a time that is none.
    """
    text = request.query_params.get("query")
    if text is None:
        raise ExportError("invalid", "Invalid search: query is required")
    terms = [match.groupdict() for match in TERM.finditer(text)]
    given = request.query_params.get("filter[type]")
    types = {term["value"] for term in terms if term["field"] == "type"} or set(
        given.split(",") if given else TYPES
    )
    others = [term for term in terms if term["field"] != "type"]
    rows = [
        {**row, "result_type": kind}
        for kind, name in TYPES.items()
        if kind in types
        for row in lists[name]
        if all(_holds(row, term) != bool(term["minus"]) for term in others)
    ]
    return sorted_rows(rows, request)


def _holds(row: Record, term: dict[str, Any]) -> bool:
    field, value = term["field"], term["value"].strip('"').lower()
    if field is None:
        return any(value in str(row.get(name) or "").lower() for name in ("name", "subject"))
    name = TIMES.get(field, field)
    if term["sign"] == ":" and name not in TIMES.values():
        return value in _values(row, name)
    stored, bound = row.get(name), _instant(value)
    if not isinstance(stored, datetime):
        return False
    sign = term["sign"]
    return (
        (stored > bound and sign[0] == ">")
        or (stored < bound and sign[0] == "<")
        or (stored == bound and sign in (":", ">=", "<="))
    )


def _values(row: Record, name: str) -> Iterator[str]:
    """Yield a field's values as text; organization and requester go by their id."""
    stored = row.get(name, row.get(f"{name}_id"))
    for value in stored if isinstance(stored, list) else [stored]:
        yield "none" if value is None else str(value).lower()


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise ExportError("invalid", f"Invalid search: {text} is no time") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
