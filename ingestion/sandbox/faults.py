"""Faults that a service shows on request: what it refuses, breaks off, garbles or repeats.

A fault is written VENDOR:PATH:KIND[:TIMES[:AFTER]], for example `zendesk:tickets:rate_limit:2`.
Of the requests whose path contains PATH, AFTER are answered well (0), then TIMES are not (1, or
`always`).
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingestion.sandbox.credentials import VENDORS
from ingestion.sandbox.faulty_replies import (
    emptied,
    of_a_clock_behind,
    truncated,
    without_half_of_its_rows,
)
from ingestion.sandbox.http_service import Reply, reply_of
from ingestion.sandbox.refusals import (
    expired_token,
    lost_cursor,
    rate_limit,
    rate_limit_of_another_clock,
    server_error,
)

ALWAYS = 10**9
# Longer than any client waits, shorter than a forgotten test.
SILENCE_SECONDS = 600


@dataclass
class Fault:
    """One fault, and how often it has been asked for."""

    vendor: str
    path: str
    kind: str
    times: int = 1
    after: int = 0
    seen: int = 0
    # Whether anything was asked for below its path at all.
    is_asked: bool = False
    # List -> its last page that was answered well.
    pages: dict[str, Reply] = field(default_factory=dict, repr=False)

    @property
    def has_shown(self) -> bool:
        return self.seen > self.after

    def is_due(self) -> bool:
        self.seen += 1
        return self.after < self.seen <= self.after + self.times


def read_fault(text: str) -> Fault:
    """A fault as it is written on the command line.

    Raises:
        ValueError: there is no such vendor or kind of fault.
    """
    vendor, path, kind, *numbers = text.split(":")
    if vendor not in VENDORS or kind not in KINDS or len(numbers) > 2:
        raise ValueError(
            f"{text!r} is no fault: VENDOR:PATH:KIND[:TIMES[:AFTER]] with a vendor of "
            f"{', '.join(VENDORS)} and a kind of {', '.join(KINDS)}"
        )
    counts = [ALWAYS if number == "always" else int(number) for number in numbers]
    return Fault(vendor, path, kind, *counts)


def with_faults(app: ASGIApp, faults: Iterable[Fault]) -> ASGIApp:
    """The service, with the faults of one vendor; the first one that is due for a request wins."""
    listed = list(faults)
    if not listed:
        return app

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        asked = [f for f in listed if scope["type"] == "http" and f.path in scope["path"]]
        if not asked:
            await app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        receive = _body_first(body, receive)
        name = list_of(request, body)
        for fault in asked:
            fault.is_asked = True
        due = [f for f in asked if applies(f, request, body, name) and f.is_due()]
        if due:
            await KINDS[due[0].kind](due[0], name, app, scope, receive, send)
            return
        reply = await reply_of(app, scope, receive)
        for fault in asked:
            fault.pages[name] = reply
        await send_reply(reply, send)

    return serve


def _body_first(body: bytes, receive: Receive) -> Receive:
    """The messages of a request whose body was read already."""
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return unread.pop() if unread else await receive()

    return next_message


def list_of(request: Request, body: bytes) -> str:
    """What all pages of one list have in common."""
    if "/aggregation" in request.url.path:
        # Pendo has no pages: a client asks for a part, under the same name.
        return orjson.loads(body)["request"].get("name", "")
    # A query of Salesforce is its text, and from its second page on a cursor: 01g...-2000.
    return request.query_params.get("q") or request.url.path.partition("-")[0]


def applies(fault: Fault, request: Request, body: bytes, name: str) -> bool:
    """Some faults need a further page: the first has no cursor to lose and repeats nothing."""
    if fault.kind == "repeated_page":
        return name in fault.pages
    if fault.kind == "empty_page" and fault.vendor == "pendo":
        # What goes on asks for the rows from some key on.
        return any("filter" in step for step in orjson.loads(body)["request"]["pipeline"])
    if fault.kind == "lost_rows":
        return request.url.path.endswith("/results")
    return fault.kind not in ("empty_page", "lost_cursor") or is_further_page(request)


def is_further_page(request: Request) -> bool:
    given = request.query_params
    return "/01g" in request.url.path or bool({"cursor", "page[after]", "locator"} & set(given))


async def send_reply(reply: Reply, send: Send, sent: int | None = None) -> None:
    """Send a reply; with `sent`, only so many bytes of it before the connection breaks."""
    start = {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
    await send(start)
    part = reply.body if sent is None else reply.body[:sent]
    await send({"type": "http.response.body", "body": part, "more_body": sent is not None})


def refusing(refusal: Callable[[str], Response]) -> Callable[..., Any]:
    async def refuse(
        fault: Fault, name: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await refusal(fault.vendor)(scope, receive, send)

    return refuse


def changing(change: Callable[[str, Request, Reply], Reply]) -> Callable[..., Any]:
    async def serve(
        fault: Fault, name: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        reply = await reply_of(app, scope, receive)
        await send_reply(change(fault.vendor, Request(scope), reply), send)

    return serve


async def stay_silent(
    fault: Fault, name: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Take the request and say nothing until the client gives up."""

    async def hang_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    await asyncio.wait_for(hang_up(), SILENCE_SECONDS)


async def break_off(
    fault: Fault, name: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Half of the body, then the connection is gone: the server closes what is not complete."""
    reply = await reply_of(app, scope, receive)
    await send_reply(reply, send, sent=len(reply.body) // 2)


async def repeat(
    fault: Fault, name: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """The page before this one once more."""
    await send_reply(fault.pages[name], send)


KINDS: dict[str, Callable[..., Any]] = {
    "rate_limit": refusing(rate_limit),
    "skewed_clock": refusing(rate_limit_of_another_clock),
    "clock_behind": changing(of_a_clock_behind),
    "500": refusing(lambda vendor: server_error(500)),
    "502": refusing(lambda vendor: server_error(502)),
    "503": refusing(lambda vendor: server_error(503)),
    "expired_token": refusing(expired_token),
    "lost_cursor": refusing(lost_cursor),
    "silence": stay_silent,
    "reset": break_off,
    "truncated": changing(truncated),
    "lost_rows": changing(without_half_of_its_rows),
    "repeated_page": repeat,
    "empty_page": changing(emptied),
}
