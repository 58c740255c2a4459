"""What the four HTTP services share: JSON replies, key checks, tolerant paths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ISO_SECONDS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def json_response(
    body: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    default: Callable[[Any], Any] | None = None,
    option: int = ISO_SECONDS,
) -> Response:
    """Encode a reply; naive datetimes are UTC and come out as 2026-01-31T12:34:56Z."""
    content = orjson.dumps(body, default=default, option=option)
    return Response(content, status, headers, media_type="application/json")


def guarded(app: ASGIApp, refuse: Callable[[Request], Response | None]) -> ASGIApp:
    """Ask `refuse` before every request; what it returns is the reply, None lets pass."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        refusal = refuse(Request(scope)) if scope["type"] == "http" else None
        await (refusal or app)(scope, receive, send)

    return serve


def with_path(app: ASGIApp, rewrite: Callable[[str], str]) -> ASGIApp:
    """Serve under rewritten paths, such as those without a trailing slash."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": rewrite(scope["path"])}
        await app(scope, receive, send)

    return serve


def dated(app: ASGIApp) -> ASGIApp:
    """Let every reply say when it was made (`Date`, the real clock), unless it does so itself."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                if not any(name == b"date" for name, _ in headers):
                    headers.append((b"date", formatdate(usegmt=True).encode()))
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_dated)

    return serve


def without_trailing_slash(path: str) -> str:
    return path.rstrip("/") or "/"


def own_origin(request: Request) -> str:
    """Return scheme, host and port as the client addressed them, for absolute links."""
    return f"{request.url.scheme}://{request.url.netloc}"


def epoch_seconds(instant: datetime) -> int:
    """Return a naive UTC instant as whole epoch seconds."""
    return int(instant.replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Reply:
    """A whole reply that was not sent yet."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def with_body(self, body: bytes) -> "Reply":
        others = [pair for pair in self.headers if pair[0] != b"content-length"]
        return Reply(self.status, [*others, (b"content-length", b"%d" % len(body))], body)


async def reply_of(app: ASGIApp, scope: Scope, receive: Receive) -> Reply:
    """The service's whole reply, not sent yet."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Reply(messages[0]["status"], list(messages[0]["headers"]), body)
