"""Pendo's integration API over the simulated company: aggregations, lists, metadata.

Built after Pendo's published request bodies and what its connectors send.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from ingestion.sandbox.credentials import PENDO_INTEGRATION_KEY
from ingestion.sandbox.http_service import guarded, json_response
from ingestion.sandbox.pendo_aggregation import run_pipeline
from ingestion.sandbox.pendo_expressions import ExpressionError
from ingestion.sandbox.pendo_sources import PendoError, PendoWorld, pendo_world

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

Endpoint = Callable[[Request], Response]
DEFAULT_APPLICATION = -323232
LISTS = {
    "feature": "features", "page": "pages", "guide": "guides", "report": "reports",
    "tracktype": "trackTypes",
}  # fmt: skip
ENTITY_IDS = {
    "account": ("accounts", "accountId"),
    "visitor": ("visitors", "visitorId"),
}
TYPE_NAMES: dict[type, str] = {
    bool: "boolean", int: "integer", float: "float", str: "string", list: "list",
}  # fmt: skip


def pendo_app(company: "Company", as_of: datetime) -> ASGIApp:
    """Build the service, rooted at /api/v1."""
    world = pendo_world(company, as_of)

    async def aggregation(request: Request) -> Response:
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError as error:
            return _error(400, f"the body is not JSON: {error}")
        return await run_in_threadpool(_aggregate, world, body)

    def listed(request: Request) -> Response:
        rows = world.records.get(LISTS[request.path_params["kind"]], [])
        if "expand" not in request.query_params:
            default = DEFAULT_APPLICATION
            rows = [row for row in rows if row.get("appId", default) == default]
        return json_response(rows)

    def schema(request: Request) -> Response:
        kind = request.path_params["kind"]
        if kind not in ENTITY_IDS:
            return _error(404, f"no metadata for {kind!r}")
        return json_response(_schema(world.records[ENTITY_IDS[kind][0]]))

    def entity(request: Request) -> Response:
        records, key = ENTITY_IDS[request.path_params["kind"]]
        wanted = request.path_params["id"]
        found = next((r for r in world.records[records] if r[key] == wanted), None)
        return json_response(found) if found else _error(404, "not found")

    routes = [
        Route("/aggregation", aggregation, methods=["POST"]),
        Route("/metadata/schema/{kind}", schema),
        *(Route(f"/{kind}", _bound(listed, kind)) for kind in LISTS),
        *(Route(f"/{kind}/{{id}}", _bound(entity, kind)) for kind in ENTITY_IDS),
    ]
    return guarded(Starlette(routes=[Mount("/api/v1", routes=routes)]), _refuse)


def _bound(endpoint: Endpoint, kind: str) -> Endpoint:
    def bound(request: Request) -> Response:
        request.path_params["kind"] = kind
        return endpoint(request)

    return bound


def _aggregate(world: PendoWorld, body: Any) -> Response:
    request = body.get("request") if isinstance(body, dict) else None
    if not isinstance(request, dict) or "response" not in body:
        return _error(400, "the body needs the keys response and request")
    mime_type = (body["response"] or {}).get("mimeType", "application/json")
    if mime_type != "application/json":
        return _error(400, f"cannot answer as {mime_type!r}, only application/json")
    try:
        rows, start = run_pipeline(world, request.get("pipeline"))
    except (PendoError, ExpressionError) as error:
        return _error(400, str(error))
    echo = {} if start is None else {"startTime": start}
    return json_response({"results": rows, **echo})


def _refuse(request: Request) -> Response | None:
    given = request.headers.get("x-pendo-integration-key")
    if given != PENDO_INTEGRATION_KEY:
        return _error(401, "the integration key is missing or not valid")
    return None


def _error(status: int, message: str) -> Response:
    return json_response({"error": {"code": status, "message": message}}, status)


def _schema(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Describe every metadata field that occurs: group, then field, then descriptor."""
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        for group, fields in row.get("metadata", {}).items():
            for name, value in fields.items():
                if value is not None and name not in groups.setdefault(group, {}):
                    groups[group][name] = _descriptor(group, name, value)
    return groups


def _descriptor(group: str, name: str, value: Any) -> dict[str, Any]:
    is_moment = group == "auto" and isinstance(value, int)
    return {
        "Type": "time" if is_moment else TYPE_NAMES.get(type(value), "object"),
        "DisplayName": name,
        "ElementType": "string" if isinstance(value, list) else "",
        "ElementFormat": "milliseconds" if is_moment else "",
        "Dirty": False,
        "isHidden": False,
        "isDeleted": False,
        "isCalculated": False,
        "isPerApp": False,
        "isPromoted": False,
        "neverIndex": False,
    }
