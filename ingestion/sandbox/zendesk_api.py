"""Zendesk's Support API over the simulated company: exports, lists, single records.

Built after the Support API 2.0 specification and what Zendesk's connectors send. The
company's organisations, tickets and ratings are served; what it lacks is an empty list.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from ingestion.sandbox import credentials
from ingestion.sandbox.http_service import (
    epoch_seconds,
    guarded,
    json_response,
    with_path,
)
from ingestion.sandbox.zendesk_exports import (
    Export,
    ExportError,
    Record,
    changed_at,
    changed_since,
    export_of,
    page_by_cursor,
    page_by_time,
)
from ingestion.sandbox.zendesk_lists import (
    is_beyond,
    list_page,
    looked_up,
    matching_ratings,
    sorted_rows,
)
from ingestion.sandbox.zendesk_records import (
    SINGULAR,
    exported_ticket,
    lists_of,
    sideloads_of,
)
from ingestion.sandbox.zendesk_search import LIMIT, found

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

BY_CURSOR = ("tickets", "users")
BY_TIME = ("tickets", "users", "organizations", "ticket_events", "ticket_metric_events")
SAMPLED, SAMPLE = ("tickets", "users", "organizations", "ticket_events"), 50
LOOKED_UP = ("tickets", "users", "organizations")
RATE_LIMIT = {"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"}
PAGES = {"cursor": page_by_cursor, "time": page_by_time}


class ZendeskApi:
    """The company's support records, ordered for exports and for lists."""

    def __init__(self, company: "Company", as_of: datetime) -> None:
        self.records: dict[str, list[Record]] = dict(company.zendesk)
        self.as_of, self.now = as_of, epoch_seconds(as_of)
        self.exports: dict[str, Export] = {
            name: export_of(
                name, [(changed_at(r), r) for r in self.records.get(name, [])], self.now
            )
            for name in BY_TIME
        }
        self.lists = lists_of(self.records, as_of)

    def by_cursor(self, request: Request) -> Response:
        return self._exported(request, BY_CURSOR, "cursor")

    def by_time(self, request: Request) -> Response:
        return self._exported(request, BY_TIME, "time")

    def _exported(self, request: Request, known: tuple[str, ...], style: str) -> Response:
        name = request.path_params["name"]
        if name not in known:
            return _not_found()
        if name == "ticket_metric_events" and "page[size]" in request.query_params:
            # The one export that is also paged like a list.
            rows = changed_since(self.exports[name], request, self.now)
            page, envelope = list_page(rows, request)
            return _reply({name: page, **envelope})
        records, envelope = PAGES[style](self.exports[name], request, self.now)
        includes = request.query_params.get("include", "").split(",")
        sideloads = sideloads_of(records, includes, self.lists)
        if name == "tickets":
            records = [exported_ticket(r, "metric_sets" in includes) for r in records]
        return _reply({name: records, **sideloads, **envelope})

    def listed(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.lists:
            return _not_found()
        rows = sorted_rows(self.lists[name], request)
        if name == "satisfaction_ratings":
            rows = matching_ratings(rows, request)
        page, envelope = list_page(rows, request)
        return _reply({name: page, **envelope})

    def count(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.lists:
            return _not_found()
        return _reply({"count": {"value": len(self.lists[name]), "refreshed_at": self.as_of}})

    def single(self, request: Request) -> Response:
        name, key = request.path_params["name"], request.path_params["id"]
        for record in self.lists.get(name, []):
            if str(record["id"]) == key:
                return _reply({SINGULAR[name]: record})
        return _error("RecordNotFound", "Not found", 404)

    def metrics(self, request: Request) -> Response:
        """Answer /tickets/{id}/metrics: of archived tickets too, which the list leaves out."""
        for ticket in self.records.get("tickets", []):
            if str(ticket["id"]) == request.path_params["id"] and ticket["status"] != "deleted":
                return _reply({"ticket_metric": ticket["metric_set"]})
        return _error("RecordNotFound", "Not found", 404)

    def lookup(self, request: Request) -> Response:
        """Answer /{name}/show_many, and /search of organisations and users."""
        name = request.path_params["name"]
        if name not in LOOKED_UP:
            return _not_found()
        page, envelope = list_page(looked_up(self.lists[name], request), request)
        return _reply({name: page, **envelope})

    def search(self, request: Request) -> Response:
        """Answer /search in numbered pages, /search/export by cursor and /search/count."""
        rows = found(self.lists, request)
        if request.url.path.endswith("/count"):
            return _reply({"count": len(rows)})
        page, envelope = list_page(rows, request)
        # By number search goes no further than its first thousand results.
        if "meta" not in envelope and is_beyond(request, LIMIT):
            return _error("invalid", "Requested response size was greater than its limits", 422)
        return _reply({"results": page, "facets": None, **envelope})

    def sample(self, request: Request) -> Response:
        """Answer /incremental/{name}/sample: a few records, to try an export with."""
        name = request.path_params["name"]
        if name not in SAMPLED:
            return _not_found()
        rows = changed_since(self.exports[name], request, self.now)[:SAMPLE]
        if name == "tickets":
            rows = [exported_ticket(row, with_metrics=False) for row in rows]
        return _reply({name: rows, "count": len(rows)})

    def merges(self, request: Request) -> Response:
        """Answer /organizations/{id}/merges: those that it lost or won."""
        merged = [
            merge
            for merge in self.records.get("organization_merges", [])
            if request.path_params["id"] in (str(merge["loser_id"]), str(merge["winner_id"]))
        ]
        page, envelope = list_page(merged, request)
        return _reply({"organization_merges": page, **envelope})

    def me(self, request: Request) -> Response:
        """Answer /users/me: the admin whose key it is, who is no user of the company's."""
        identity = {"id": 3700000000000001, "name": "Sandbox", "email": credentials.ZENDESK_EMAIL}
        return _reply({"user": identity | {"role": "admin", "active": True, "verified": True}})


def zendesk_app(company: "Company", as_of: datetime) -> ASGIApp:
    """Build the service, rooted at /api/v2; the suffix .json is optional."""
    api = ZendeskApi(company, as_of)
    routes = [
        Route("/incremental/{name}/cursor", api.by_cursor),
        Route("/incremental/{name}/sample", api.sample),
        Route("/incremental/{name}", api.by_time),
        Route("/users/me", api.me),
        Route("/search", api.search),
        Route("/search/count", api.search),
        Route("/search/export", api.search),
        Route("/organizations/{id}/merges", api.merges),
        Route("/tickets/{id}/metrics", api.metrics),
        Route("/{name}/search", api.lookup),
        Route("/{name}/show_many", api.lookup),
        Route("/{name}", api.listed),
        Route("/{name}/count", api.count),
        Route("/{name}/{id}", api.single),
    ]
    app = Starlette(
        routes=[Mount("/api/v2", routes=routes)],
        exception_handlers={ExportError: _refused, 404: _no_endpoint},
    )
    return guarded(with_path(app, lambda path: path.removesuffix(".json")), _refuse)


def _refuse(request: Request) -> Response | None:
    header = request.headers.get("authorization")
    user = f"{credentials.ZENDESK_EMAIL}/token"
    is_known = header == f"Bearer {credentials.ZENDESK_OAUTH_TOKEN}" or (
        credentials.basic_credentials(header) == (user, credentials.ZENDESK_API_TOKEN)
    )
    return None if is_known else json_response({"error": "Couldn't authenticate you"}, 401)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ExportError)
    return _error(error.code, str(error), 400)


def _no_endpoint(request: Request, error: Exception) -> Response:
    return _not_found()


def _not_found() -> Response:
    return _error("InvalidEndpoint", "Not found", 404)


def _error(code: str, description: str, status: int) -> Response:
    return json_response({"error": code, "description": description}, status, RATE_LIMIT)


def _reply(body: Record) -> Response:
    return json_response(body, headers=RATE_LIMIT)
