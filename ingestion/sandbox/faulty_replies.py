"""Replies that are not what they should be: garbled, emptied, incomplete, of another time."""

import csv
import io
import time
from email.utils import formatdate

import orjson
from starlette.requests import Request

from ingestion.sandbox.http_service import Reply


def truncated(vendor: str, request: Request, reply: Reply) -> Reply:
    """A body that ends in its middle, in a reply that says that it is whole."""
    return reply.with_body(reply.body[: len(reply.body) // 2])


def without_half_of_its_rows(vendor: str, request: Request, reply: Reply) -> Reply:
    """A part of CSV that ends in its middle, at the end of a row."""
    header, *rows = csv.reader(io.StringIO(reply.body.decode()))
    return reply.with_body(_csv([header, *rows[: len(rows) // 2]]))


def of_a_clock_behind(vendor: str, request: Request, reply: Reply) -> Reply:
    """An answer whose `Date` is ten minutes behind the real clock."""
    date = formatdate(time.time() - 600, usegmt=True).encode()
    return Reply(reply.status, [*reply.headers, (b"date", date)], reply.body)


def emptied(vendor: str, request: Request, reply: Reply) -> Reply:
    """A page without a row that is not the last; where it can, it leads to the same place."""
    given = request.query_params
    if "locator" in given:
        header, *_ = csv.reader(io.StringIO(reply.body.decode()))
        others = [pair for pair in reply.headers if pair[0] != b"sforce-locator"]
        headers = [*others, (b"sforce-locator", given["locator"].encode())]
        return Reply(reply.status, headers, b"").with_body(_csv([header]))
    body = orjson.loads(reply.body)
    for name, value in body.items():
        if isinstance(value, list):
            body[name] = []
    if vendor == "salesforce":
        body |= {"done": False, "nextRecordsUrl": request.url.path}
    elif vendor == "recurly":
        body |= {"has_more": True, "next": f"{request.url.path}?{request.url.query}"}
    elif "page[after]" in given:
        body["meta"] |= {"has_more": True, "after_cursor": given["page[after]"]}
    elif "cursor" in given:
        body |= {"after_cursor": given["cursor"], "end_of_stream": False}
    return reply.with_body(orjson.dumps(body))


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
