"""Pendo's aggregation endpoint: one request, and pages of one.

Pendo has no paging: a pipeline ends with `sort` and `limit`, and the next request asks for
what follows the last value. Request bodies after
https://github.com/pendo-io/pendo-ETL-API-calls
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingestion.http_client import vendor_session
from ingestion.paging import NextPages
from ingestion.settings import required_setting, setting
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    from requests import Session

VENDOR = "pendo"
# What Pendo's connectors ask for at once.
ROWS_PER_REQUEST = 100_000
ALL_APPLICATIONS = {"appId": 'expandAppIds("*")'}

Step = dict[str, Any]


def source_step(name: str, days: list[int] | None = None) -> Step:
    """The first step of a pipeline; event sources need the days (epoch ms) to read."""
    source: Step = {name: ALL_APPLICATIONS}
    if days:
        # An explicit start with a positive count: Pendo's samples disagree on all else.
        source["timeSeries"] = {"period": "dayRange", "first": days[0], "count": len(days)}
    return {"source": source}


def pages(resource: str, pipeline: list[Step], key: str) -> Iterator[list[dict[str, Any]]]:
    """The pipeline's rows in pages, ordered by `key`, a field that is never null.

    Raises:
        VendorLoadError: more rows share one key than a request may return.
        EndlessPages: what follows a full page cannot be had.
    """
    session = _session()
    limit = setting(VENDOR, "rows_per_request", ROWS_PER_REQUEST, int)
    resume: list[Step] = []
    asked_from, next_pages = None, NextPages()
    while True:
        page_steps = [*resume, {"sort": [key]}, {"limit": limit}]
        next_pages.follow(asked_from)
        rows = _results(session, resource, pipeline + page_steps)
        if asked_from is not None and (not rows or rows[0][key] < asked_from):
            # An earlier page once more, or nothing, although the last key itself is asked for
            # again: not the end but no answer.
            continue
        if len(rows) < limit:
            yield rows
            return
        # The last key may go on beyond the limit: it is read again with the next page.
        last = rows[-1][key]
        page = [row for row in rows if row[key] != last]
        if not page:
            raise VendorLoadError(
                VENDOR,
                resource,
                cause=f"more than {limit} rows for one {key}",
                remedy="raise rows_per_request in [sources.pendo]",
            )
        yield page
        asked_from = last
        resume = [{"filter": f"{key}>={json.dumps(last)}"}]


def ask(resource: str, pipeline: list[Step]) -> list[dict[str, Any]]:
    """The rows of one request."""
    return _results(_session(), resource, pipeline)


def _session() -> "Session":
    session = vendor_session(raise_for_status=True)
    session.headers["x-pendo-integration-key"] = required_setting(VENDOR, "integration_key")
    return session


def _results(session: "Session", resource: str, pipeline: list[Step]) -> list[dict[str, Any]]:
    """The rows of an answer; null stands for none there:
    https://github.com/singer-io/tap-pendo/blob/master/tap_pendo/streams.py
    """
    import orjson

    body = {
        "response": {"mimeType": "application/json"},
        "request": {"name": f"customer health: {resource}", "pipeline": pipeline},
    }
    base_url = required_setting(VENDOR, "base_url").rstrip("/")
    reply = session.post(f"{base_url}/aggregation", json=body)
    return orjson.loads(reply.content)["results"] or []
