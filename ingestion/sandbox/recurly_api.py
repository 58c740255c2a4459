"""Recurly's v3 API over the simulated company: lists, counts, single objects, balances.

Built after Recurly's OpenAPI file of version v2021-02-25 and the traffic of its official Python
client. What the company lacks, such as coupons, is an empty list. No request is ever throttled
here.
"""

import re
import time
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ingestion.sandbox.credentials import RECURLY_API_KEY, basic_credentials
from ingestion.sandbox.http_service import guarded, json_response, with_path
from ingestion.sandbox.recurly_lists import (
    Record,
    RecurlyError,
    asked_for,
    list_body,
    select_records,
)
from ingestion.sandbox.recurly_records import RecurlyRecords, named

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

VERSION = "v2021-02-25"
# Older versions are still answered, with a warning; here in the shapes of the current one.
DEPRECATED_VERSIONS = ("v2018-08-09", "v2019-10-10")
SUNSET = "2027-12-31"
MEDIA_TYPE = "application/vnd.recurly."
ACCEPTED = (f"{MEDIA_TYPE}{VERSION}", f"{MEDIA_TYPE}{VERSION}+json")
REQUESTS_PER_MINUTE = 1000


class RecurlyApi:
    """The endpoints over the company's billing records."""

    def __init__(self, company: "Company", as_of: datetime) -> None:
        self.records = RecurlyRecords(company, as_of)

    def listed(self, request: Request) -> Response:
        """Answer GET with a page and HEAD with the total in a header."""
        name = request.path_params["name"]
        if name not in self.records.of:
            raise RecurlyError(404, "not_found", f"Couldn't find the list {name}")
        return self._list_reply(name, self.records.of[name], request)

    def _list_reply(self, name: str, rows: list[Record], request: Request) -> Response:
        given = asked_for(request.query_params)
        rows = select_records(name, rows, given)
        if request.method == "HEAD":
            headers = _headers(request) | {"Recurly-Total-Records": str(len(rows))}
            return Response(None, 200, headers)
        body = list_body(rows, given, _without_doubled_slashes(request.scope["raw_path"].decode()))
        body["data"] = [self.records.wire(name, record) for record in body["data"]]
        return _reply(request, body)

    def single(self, request: Request) -> Response:
        name, key = request.path_params["name"], request.path_params["key"]
        return _reply(request, self.records.wire(name, self.records.found(name, key)))

    def children(self, request: Request) -> Response:
        """Answer lists such as /accounts/{id}/invoices and /plans/{id}/add_ons."""
        name, key, child = (request.path_params[part] for part in ("name", "key", "child"))
        return self._list_reply(child, self.records.children(name, key, child), request)

    def child(self, request: Request) -> Response:
        """Answer one object of such a list, as /plans/{id}/add_ons/code-seats."""
        name, key, child = (request.path_params[part] for part in ("name", "key", "child"))
        rows = self.records.children(name, key, child)
        found = named(rows, child, request.path_params["child_key"])
        return _reply(request, self.records.wire(child, found))

    def usage(self, request: Request) -> Response:
        self.records.found("subscriptions", request.path_params["key"])
        return self._list_reply("usage", [], request)

    def balance(self, request: Request) -> Response:
        return _reply(request, self.records.balance(request.path_params["key"]))


def recurly_app(company: "Company", as_of: datetime) -> ASGIApp:
    """Build the service; the optional prefix /sites/{site_id} is dropped."""
    api = RecurlyApi(company, as_of)
    app = Starlette(
        routes=[
            Route("/export_dates", _export_dates),
            Route("/accounts/{key}/balance", api.balance),
            Route("/subscriptions/{key}/add_ons/{add_on}/usage", api.usage),
            Route("/{name}", api.listed),
            Route("/{name}/{key}", api.single),
            Route("/{name}/{key}/{child}", api.children),
            Route("/{name}/{key}/{child}/{child_key}", api.child),
        ],
        exception_handlers={RecurlyError: _refused, 404: _no_endpoint},
    )
    return guarded(with_path(app, _without_site), _refuse)


def _without_site(path: str) -> str:
    return re.sub(r"^/sites/[^/]+(?=/)", "", _without_doubled_slashes(path))


def _without_doubled_slashes(path: str) -> str:
    """Clients put `next`, which begins with a slash, behind a base that ends with one."""
    return re.sub("/{2,}", "/", path)


def _export_dates(request: Request) -> Response:
    return _reply(request, {"object": "export_dates", "dates": []})


def _refuse(request: Request) -> Response | None:
    """Refuse a wrong key (401), then a request that pins no known version (406)."""
    given = basic_credentials(request.headers.get("authorization"))
    if given != (RECURLY_API_KEY, ""):
        message = "The API key is missing or not valid"
        return _error(request, RecurlyError(401, "unauthorized", message))
    if _version(request) is None:
        message = "Missing or invalid API version in the Accept header"
        error = RecurlyError(406, "invalid_api_version", message)
        return _error(request, error, acceptable_accept_headers=list(ACCEPTED))
    return None


def _version(request: Request) -> str | None:
    """Return the version that the Accept header pins, None where it is none of Recurly's."""
    for part in request.headers.get("accept", "").split(","):
        text = part.split(";")[0].strip()
        version = text.removeprefix(MEDIA_TYPE).removesuffix("+json")
        if text.startswith(MEDIA_TYPE) and version in (VERSION, *DEPRECATED_VERSIONS):
            return version
    return None


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RecurlyError)
    return _error(request, error)


def _no_endpoint(request: Request, error: Exception) -> Response:
    message = "The requested resource was not found"
    return _error(request, RecurlyError(404, "not_found", message))


def _error(request: Request, error: RecurlyError, **extra: Any) -> Response:
    params = [{"param": error.param}] if error.param else []
    body = {"type": error.kind, "message": str(error), "params": params, **extra}
    return json_response({"error": body}, error.status, _headers(request))


def _reply(request: Request, body: Record) -> Response:
    return json_response(body, headers=_headers(request))


def _headers(request: Request) -> dict[str, str]:
    """Show the version, and a rate limit that is barely used and resets with the next minute."""
    version = _version(request) or VERSION
    warning = {"Recurly-Deprecated": "TRUE", "Recurly-Sunset-Date": SUNSET}
    return {
        "Recurly-Version": f"recurly.{version}",
        # The official client puts it into its error messages and fails without it.
        "X-Request-Id": uuid.uuid4().hex,
        "X-RateLimit-Limit": str(REQUESTS_PER_MINUTE),
        "X-RateLimit-Remaining": str(REQUESTS_PER_MINUTE - 1),
        "X-RateLimit-Reset": str((int(time.time()) // 60 + 1) * 60),
        **(warning if version in DEPRECATED_VERSIONS else {}),
    }
