"""Zendesk's Support API over the simulated company: exports, lists, single records.

Built after the Support API 2.0 specification and what Zendesk's connectors send. The
company's organisations, tickets and ratings are served; what it lacks is an empty list.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

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
    export_of,
    page_by_cursor,
    page_by_time,
)
from ingestion.sandbox.zendesk_lists import list_page, matching_ratings, sorted_rows

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

SINGULAR = {
    "tickets": "ticket", "users": "user", "organizations": "organization",
    "satisfaction_ratings": "satisfaction_rating", "groups": "group",
    "organization_memberships": "organization_membership",
    "ticket_metrics": "ticket_metric", "deleted_tickets": "deleted_ticket",
    "deleted_users": "deleted_user", "ticket_fields": "ticket_field",
    "user_fields": "user_field", "organization_fields": "organization_field",
    "custom_statuses": "custom_status",
}  # fmt: skip
BY_CURSOR = ("tickets", "users")
BY_TIME = ("tickets", "users", "organizations", "ticket_events", "ticket_metric_events")
RATE_LIMIT = {"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"}
# Zendesk forgets deleted tickets after 30 days.
DELETED_TICKETS_KEPT = timedelta(days=30)
PAGES = {"cursor": page_by_cursor, "time": page_by_time}


class ZendeskApi:
    """The company's support records, ordered for exports and for lists."""

    def __init__(self, company: "Company", as_of: datetime) -> None:
        self.records: dict[str, list[Record]] = dict(company.zendesk)
        self.now = epoch_seconds(as_of)
        self.exports: dict[str, Export] = {
            name: export_of(
                name, [(changed_at(r), r) for r in self.records.get(name, [])], self.now
            )
            for name in BY_TIME
        }
        self.lists = {name: self._listed(name, as_of) for name in SINGULAR}

    def _listed(self, name: str, as_of: datetime) -> list[Record]:
        rows = self.records.get(name, [])
        if name == "tickets":
            rows = [_without_metrics(r) for r in rows if r["status"] != "deleted"]
        elif name == "organizations":
            rows = [_without(r, "deleted_at") for r in rows if not r.get("deleted_at")]
        elif name == "deleted_tickets":
            since = as_of - DELETED_TICKETS_KEPT
            rows = [
                {
                    "id": r["id"],
                    "subject": r.get("subject"),
                    "deleted_at": r["updated_at"],
                }
                for r in self.records.get("tickets", [])
                if r["status"] == "deleted" and r["updated_at"] >= since
            ]
        elif name == "ticket_metrics":
            # Metrics of archived (closed) tickets are only in the ticket export.
            rows = [
                r["metric_set"]
                for r in reversed(self.records.get("tickets", []))
                if r.get("metric_set") and r["status"] not in ("closed", "deleted")
            ]
        return rows

    def by_cursor(self, request: Request) -> Response:
        return self._exported(request, BY_CURSOR, "cursor")

    def by_time(self, request: Request) -> Response:
        return self._exported(request, BY_TIME, "time")

    def _exported(self, request: Request, known: tuple[str, ...], style: str) -> Response:
        name = request.path_params["name"]
        if name not in known:
            return _error("InvalidEndpoint", "Not found", 404)
        records, envelope = PAGES[style](self.exports[name], request, self.now)
        includes = request.query_params.get("include", "").split(",")
        sideloads = self._sideloads(records, includes)
        if name == "tickets":
            records = [_ticket(r, "metric_sets" in includes) for r in records]
        return _reply({name: records, **sideloads, **envelope})

    def _sideloads(self, tickets: list[Record], includes: list[str]) -> dict[str, list[Record]]:
        """Return the users and organisations of a page of tickets, where asked for."""
        found = {}
        for name, key in (
            ("users", "requester_id"),
            ("organizations", "organization_id"),
        ):
            if name in includes:
                wanted = {ticket.get(key) for ticket in tickets}
                found[name] = [r for r in self.lists[name] if r["id"] in wanted]
        return found

    def listed(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.lists:
            return _error("InvalidEndpoint", "Not found", 404)
        rows = sorted_rows(self.lists[name], request)
        if name == "satisfaction_ratings":
            rows = matching_ratings(rows, request)
        page, envelope = list_page(rows, request)
        return _reply({name: page, **envelope})

    def count(self, request: Request) -> Response:
        rows = self.lists.get(request.path_params["name"], [])
        return _reply({"count": {"value": len(rows), "refreshed_at": None}})

    def single(self, request: Request) -> Response:
        name, key = request.path_params["name"], request.path_params["id"]
        for record in self.lists.get(name, []):
            if str(record["id"]) == key:
                return _reply({SINGULAR[name]: record})
        return _error("RecordNotFound", "Not found", 404)

    def organization_lookup(self, request: Request) -> Response:
        """Answer /organizations/search and /organizations/show_many."""
        parameters, rows = request.query_params, self.lists["organizations"]
        wanted: dict[str, Callable[[Record], Any]] = {
            "external_id": lambda r: (r.get("external_id") or "").lower(),
            "external_ids": lambda r: (r.get("external_id") or "").lower(),
            "name": lambda r: r["name"].lower(),
            "ids": lambda r: str(r["id"]),
        }
        for key in wanted.keys() & parameters.keys():
            text = parameters[key].lower()
            values = text.split(",") if key.endswith("ids") else [text]
            rows = [r for r in rows if wanted[key](r) in values]
        page, envelope = list_page(rows, request)
        return _reply({"organizations": page, **envelope})


def zendesk_app(company: "Company", as_of: datetime) -> ASGIApp:
    """Build the service, rooted at /api/v2; the suffix .json is optional."""
    api = ZendeskApi(company, as_of)
    routes = [
        Route("/incremental/{name}/cursor", api.by_cursor),
        Route("/incremental/{name}", api.by_time),
        Route("/organizations/search", api.organization_lookup),
        Route("/organizations/show_many", api.organization_lookup),
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
    return _error("InvalidEndpoint", "Not found", 404)


def _error(code: str, description: str, status: int) -> Response:
    return json_response({"error": code, "description": description}, status, RATE_LIMIT)


def _reply(body: Record) -> Response:
    return json_response(body, headers=RATE_LIMIT)


def _without(record: Record, *keys: str) -> Record:
    return {key: value for key, value in record.items() if key not in keys}


def _without_metrics(ticket: Record) -> Record:
    return _without(ticket, "metric_set", "generated_timestamp")


def _ticket(ticket: Record, with_metrics: bool) -> Record:
    row = ticket if with_metrics else _without(ticket, "metric_set")
    return {**row, "generated_timestamp": changed_at(ticket)}
