"""Salesforce's REST API over the simulated company: OAuth, SOQL, describe, records.

Built after Salesforce's REST API guide and the traffic of simple-salesforce 1.12.
"""

import itertools
import re
from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ingestion.sandbox.http_service import guarded, json_response
from ingestion.sandbox.salesforce_batch import batch
from ingestion.sandbox.salesforce_bulk import BulkQueries
from ingestion.sandbox.salesforce_changes import changes
from ingestion.sandbox.salesforce_login import has_session, token
from ingestion.sandbox.salesforce_lookup import NoSingleRecord, find_record
from ingestion.sandbox.salesforce_records import projected
from ingestion.sandbox.salesforce_schema import SObject, describe, organisation, summary
from ingestion.sandbox.soql import SoqlError, parse
from ingestion.sandbox.soql_execution import Path, find_object, run, selection

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

VERSIONS = range(40, 69)
MAX_PAGE = 2000
MIN_PAGE = 200
MAX_TARGET_LENGTH = 16_384
DAILY_REQUESTS = 100_000
# Salesforce keeps ten open cursors per user; more here, so that tests may run at once.
OPEN_CURSORS = 200


class SalesforceApi:
    """The organisation, its open query cursors and the count of requests served."""

    def __init__(self, company: "Company", as_of: datetime) -> None:
        self.org: dict[str, SObject] = organisation(company.salesforce)
        self.as_of = as_of
        self.cursors: OrderedDict[str, tuple[list[Path], SObject, list]] = OrderedDict()
        self.cursor_ids = itertools.count(1)
        self.requests = itertools.count(1)

    def reply(self, body: Any, status: int = 200) -> Response:
        usage = f"api-usage={next(self.requests)}/{DAILY_REQUESTS}"
        headers = {"Sforce-Limit-Info": usage}
        return json_response(body, status, headers, default=str)

    def query(self, request: Request) -> Response:
        """Answer /query and /queryAll with the first page."""
        text = request.query_params.get("q", "")
        with_deleted = request.url.path.rstrip("/").endswith("queryAll")
        query = parse(text)
        sobject = find_object(self.org, query.sobject)
        records = run(self.org, query, with_deleted)
        if query.is_count:
            return self.reply({"totalSize": len(records), "done": True, "records": []})
        paths = selection(self.org, query)
        # "01g" is the key prefix of query cursors.
        cursor = f"01g{next(self.cursor_ids):015d}"
        self.cursors[cursor] = (paths, sobject, records)
        if len(self.cursors) > OPEN_CURSORS:
            self.cursors.popitem(last=False)
        return self.page(request, cursor, 0)

    def query_more(self, request: Request) -> Response:
        """Answer a nextRecordsUrl, .../query/01g...-2000, also under /queryAll."""
        cursor, _, offset = request.path_params["locator"].rpartition("-")
        if cursor not in self.cursors or not offset.isdigit():
            raise SoqlError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self.page(request, cursor, int(offset))

    def page(self, request: Request, cursor: str, start: int) -> Response:
        paths, sobject, records = self.cursors[cursor]
        end = start + _batch_size(request)
        base = _base(request)
        body: dict[str, Any] = {
            "totalSize": len(records),
            "done": end >= len(records),
            "records": [projected(r, paths, sobject, base) for r in records[start:end]],
        }
        if not body["done"]:
            body["nextRecordsUrl"] = f"{base}/query/{cursor}-{end}"
        return self.reply(body)

    def sobjects(self, request: Request) -> Response:
        listed = [
            summary(sobject) | {"urls": _urls(_base(request), sobject.name)}
            for sobject in self.org.values()
        ]
        return self.reply({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})

    def sobject(self, request: Request) -> Response:
        found = find_object(self.org, request.path_params["sobject"])
        return self.reply({"objectDescribe": summary(found), "recentItems": []})

    def describe(self, request: Request) -> Response:
        found = find_object(self.org, request.path_params["sobject"])
        body = describe(found) | {"urls": _urls(_base(request), found.name)}
        return self.reply(body)

    def record(self, request: Request) -> Response:
        """Answer GET /sobjects/{Object}/{Id} and .../{ExternalIdField}/{value}."""
        sobject = find_object(self.org, request.path_params["sobject"])
        key, external = request.path_params["key"], request.path_params.get("field")
        record = find_record(sobject, key, external, _base(request))
        names = request.query_params.get("fields")
        fields = names.split(",") if names else list(sobject.types)
        paths = [Path(self.org, sobject, name.strip()) for name in fields]
        return self.reply(projected(record, paths, sobject, _base(request)))

    def limits(self, request: Request) -> Response:
        remaining = DAILY_REQUESTS - next(self.requests)
        limit = {"Max": DAILY_REQUESTS, "Remaining": remaining}
        return self.reply({"DailyApiRequests": limit})

    def changes(self, request: Request) -> Response:
        """Answer /sobjects/{Object}/deleted and .../updated."""
        sobject = find_object(self.org, request.path_params["sobject"])
        kind = request.url.path.rstrip("/").rpartition("/")[2]
        return self.reply(changes(sobject, kind, request.query_params, self.as_of))

    def resources(self, request: Request) -> Response:
        names = ("query", "queryAll", "sobjects", "limits")
        return self.reply({name: f"{_base(request)}/{name}" for name in names})


def salesforce_app(company: "Company", as_of: datetime) -> ASGIApp:
    """Build the service; paths are those of an organisation's own host."""
    api = SalesforceApi(company, as_of)
    data, sobject = "/services/data/v{version}", "/sobjects/{sobject}"
    app = Starlette(
        routes=[
            Route("/services/oauth2/token", token, methods=["POST"]),
            Route("/services/data", _versions),
            Route(data, api.resources),
            Route(data + "/query", api.query),
            Route(data + "/queryAll", api.query),
            Route(data + "/query/{locator}", api.query_more),
            Route(data + "/queryAll/{locator}", api.query_more),
            Route(data + "/composite/batch", batch, methods=["POST"]),
            Route(data + "/limits", api.limits),
            *BulkQueries(api.org, as_of).routes(data),
            Route(data + "/sobjects", api.sobjects),
            Route(data + sobject, api.sobject),
            Route(data + sobject + "/describe", api.describe),
            Route(data + sobject + "/deleted", api.changes),
            Route(data + sobject + "/updated", api.changes),
            Route(data + sobject + "/{key}", api.record),
            Route(data + sobject + "/{field}/{key}", api.record),
        ],
        exception_handlers={
            SoqlError: _refused_query,
            NoSingleRecord: _no_single_record,
            404: _not_found,
        },
    )
    return guarded(app, _refuse)


def _versions(request: Request) -> Response:
    return json_response(
        [
            {"label": f"v{v}.0", "url": f"/services/data/v{v}.0", "version": f"{v}.0"}
            for v in VERSIONS
        ]
    )


def _refuse(request: Request) -> Response | None:
    """Refuse what no endpoint should see: an over-long target, version or session."""
    path = request.url.path
    if len(path) + len(request.url.query) > MAX_TARGET_LENGTH:
        return json_response(_error("URI_TOO_LONG", "URI Too Long"), 414)
    version = re.match(r"/services/data/v([^/]+)", path)
    if version is None:
        return None
    if version[1] not in {f"{v}.0" for v in VERSIONS}:
        return _not_found(request, None)
    if not has_session(request):
        body = _error("INVALID_SESSION_ID", "Session expired or invalid")
        return json_response(body, 401)
    return None


def _error(code: str, message: str) -> list[dict[str, str]]:
    return [{"message": message, "errorCode": code}]


def _refused_query(request: Request, error: Exception) -> Response:
    assert isinstance(error, SoqlError)
    is_missing_object = error.code == "INVALID_TYPE" and "/sobjects/" in request.url.path
    if is_missing_object:
        return _not_found(request, error)
    return json_response(_error(error.code, str(error)), 400)


def _no_single_record(request: Request, error: Exception) -> Response:
    assert isinstance(error, NoSingleRecord)
    return json_response(error.body, error.status)


def _not_found(request: Request, error: Exception | None) -> Response:
    body = _error("NOT_FOUND", "The requested resource does not exist")
    return json_response(body, 404)


def _batch_size(request: Request) -> int:
    """Read `Sforce-Query-Options: batchSize=N`, a hint between 200 and 2,000."""
    options = request.headers.get("sforce-query-options", "")
    found = re.search(r"batchSize\s*=\s*(\d+)", options)
    return min(max(int(found[1]), MIN_PAGE), MAX_PAGE) if found else MAX_PAGE


def _base(request: Request) -> str:
    return f"/services/data/v{request.path_params['version']}"


def _urls(base: str, name: str) -> dict[str, str]:
    own = f"{base}/sobjects/{name}"
    return {"sobject": own, "describe": f"{own}/describe", "rowTemplate": own + "/{ID}"}
