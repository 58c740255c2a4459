"""Recurly's v3 API over the simulated company: lists, counts, single objects, balances.

Built after Recurly's OpenAPI file of version v2021-02-25. What the company lacks, such
as coupons, is an empty list. No request is ever throttled here.
"""

import re
import time
import uuid
from collections import defaultdict
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
    list_body,
    select_records,
)

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

VERSION = "v2021-02-25"
ACCEPTED = (
    f"application/vnd.recurly.{VERSION}",
    f"application/vnd.recurly.{VERSION}+json",
)
RESOURCES = (
    "accounts", "subscriptions", "invoices", "line_items", "plans", "add_ons",
    "transactions", "credit_payments", "measured_units", "dunning_campaigns",
    "custom_field_definitions", "items", "coupons",
)  # fmt: skip
# Keys that a path may name an object by instead of its id: code-acme, number-1001.
KEY_FIELDS = {"code": "code", "number": "number", "uuid": "uuid"}
CHILDREN = {
    ("accounts", "accounts"): lambda r: r.get("parent_account_id"),
    ("accounts", "subscriptions"): lambda r: r["account"]["id"],
    ("accounts", "invoices"): lambda r: r["account"]["id"],
    ("accounts", "line_items"): lambda r: r["account"]["id"],
    ("accounts", "transactions"): lambda r: r["account"]["id"],
    ("accounts", "credit_payments"): lambda r: r["account"]["id"],
    ("invoices", "line_items"): lambda r: r["invoice_id"],
    ("invoices", "transactions"): lambda r: r["invoice"]["id"],
    ("subscriptions", "line_items"): lambda r: r["subscription_id"],
    ("subscriptions", "invoices"): lambda r: r["subscription_ids"],
    ("plans", "add_ons"): lambda r: r["plan_id"],
}
# An invoice shows its first line items itself, the rest by its own list.
EMBEDDED_LINE_ITEMS = 200
REQUESTS_PER_MINUTE = 1000


class RecurlyApi:
    """The company's billing records, with what the API derives from them."""

    def __init__(self, company: "Company", as_of: datetime) -> None:
        self.records: dict[str, list[Record]] = {
            name: company.recurly.get(name, []) for name in RESOURCES
        }
        self.records["transactions"] = [
            _listed_transaction(transaction, invoice)
            for invoice in self.records["invoices"]
            for transaction in invoice.get("transactions", ())
        ]
        self.records["credit_payments"] = [
            payment
            for invoice in self.records["invoices"]
            for payment in invoice.get("credit_payments", ())
        ]
        self.as_of = as_of
        self.by_id = {
            name: {record["id"]: record for record in rows} for name, rows in self.records.items()
        }
        lines: dict[str | None, list[Record]] = defaultdict(list)
        for line in self.records["line_items"]:
            lines[line.get("invoice_id")].append(line)
        self.lines_of = lines

    def listed(self, request: Request) -> Response:
        """Answer GET with a page and HEAD with the total in a header."""
        name = request.path_params["name"]
        if name not in self.records:
            raise RecurlyError(404, "not_found", f"Couldn't find the list {name}")
        return self._list_reply(name, self.records[name], request)

    def _list_reply(self, name: str, rows: list[Record], request: Request) -> Response:
        given = dict(request.query_params)
        rows = select_records(rows, given)
        if request.method == "HEAD":
            headers = _headers() | {"Recurly-Total-Records": str(len(rows))}
            return Response(None, 200, headers)
        body = list_body(rows, given, request.scope["path"])
        body["data"] = [self._wire(name, record) for record in body["data"]]
        return _reply(body)

    def single(self, request: Request) -> Response:
        name, key = request.path_params["name"], request.path_params["key"]
        return _reply(self._wire(name, self._found(name, key)))

    def children(self, request: Request) -> Response:
        """Answer lists such as /accounts/{id}/invoices and /plans/{id}/add_ons."""
        name, child = request.path_params["name"], request.path_params["child"]
        parent = self._found(name, request.path_params["key"])
        if (name, child) not in CHILDREN:
            raise RecurlyError(404, "not_found", f"Couldn't find {child} of {name}")
        link = CHILDREN[name, child]
        rows = [r for r in self.records[child] if _points_at(link(r), parent["id"])]
        return self._list_reply(child, rows, request)

    def balance(self, request: Request) -> Response:
        """Answer /accounts/{id}/balance: what is past due, per currency."""
        account = self._found("accounts", request.path_params["key"])
        owed: dict[str, float] = defaultdict(float)
        for invoice in self.records["invoices"]:
            if invoice["account"]["id"] == account["id"] and self._is_past_due(invoice):
                owed[invoice["currency"]] += invoice["balance"]
        mini = {key: account.get(key) for key in ("id", "code", "email", "company")}
        balances = [
            {
                "currency": currency,
                "amount": round(amount, 2),
                "processing_prepayment_amount": 0.0,
                "available_credit_amount": 0.0,
            }
            for currency, amount in sorted(owed.items())
        ]
        return _reply(
            {
                "object": "account_balance",
                "account": {"object": "account", **mini},
                "past_due": bool(owed),
                "balances": balances,
            }
        )

    def _is_past_due(self, invoice: Record) -> bool:
        due_at = invoice.get("due_at")
        is_owed = invoice["type"] == "charge" and invoice["balance"] > 0
        return is_owed and due_at is not None and due_at < self.as_of

    def _found(self, name: str, key: str) -> Record:
        prefix, dash, value = key.partition("-")
        record = self.by_id.get(name, {}).get(key)
        if record is None and dash and prefix in KEY_FIELDS:
            field = KEY_FIELDS[prefix]
            rows = self.records.get(name, [])
            record = next((r for r in rows if r.get(field) == value), None)
        if record is None:
            label = name.removesuffix("s")
            message = f"Couldn't find {label} with id = {key}"
            raise RecurlyError(404, "not_found", message, f"{label}_id")
        return record

    def _wire(self, name: str, record: Record) -> Record:
        row = {"object": name.removesuffix("s"), **record}
        if name == "invoices" and "line_items" not in record:
            lines = self.lines_of[record["id"]]
            row["line_items"] = [
                {"object": "line_item", **line} for line in lines[:EMBEDDED_LINE_ITEMS]
            ]
            row["has_more_line_items"] = len(lines) > EMBEDDED_LINE_ITEMS
            row = {"transactions": [], "credit_payments": [], **row}
        return row


def recurly_app(company: "Company", as_of: datetime) -> ASGIApp:
    """Build the service; the optional prefix /sites/{site_id} is dropped."""
    api = RecurlyApi(company, as_of)
    app = Starlette(
        routes=[
            Route("/sites", _sites),
            Route("/accounts/{key}/balance", api.balance),
            Route("/{name}", api.listed),
            Route("/{name}/{key}", api.single),
            Route("/{name}/{key}/{child}", api.children),
        ],
        exception_handlers={RecurlyError: _refused, 404: _no_endpoint},
    )
    return guarded(with_path(app, lambda path: re.sub(r"^/sites/[^/]+(?=/)", "", path)), _refuse)


def _sites(request: Request) -> Response:
    site = {"object": "site", "id": "sandboxsite1", "subdomain": "sandbox"}
    return _reply({"object": "list", "has_more": False, "next": None, "data": [site]})


def _refuse(request: Request) -> Response | None:
    """Refuse a wrong key (401), then a request that pins no known version (406)."""
    given = basic_credentials(request.headers.get("authorization"))
    if given != (RECURLY_API_KEY, ""):
        return _error(401, "unauthorized", "The API key is missing or not valid")
    accept = [part.split(";")[0].strip() for part in _accept(request).split(",")]
    if not set(accept) & set(ACCEPTED):
        message = "Missing or invalid API version in the Accept header"
        extra = {"acceptable_accept_headers": list(ACCEPTED)}
        return _error(406, "invalid_api_version", message, extra=extra)
    return None


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RecurlyError)
    return _error(error.status, error.kind, str(error), error.param)


def _no_endpoint(request: Request, error: Exception) -> Response:
    return _error(404, "not_found", "The requested resource was not found")


def _error(
    status: int,
    kind: str,
    message: str,
    param: str = "",
    extra: dict[str, Any] | None = None,
) -> Response:
    params = [{"param": param}] if param else []
    error = {"type": kind, "message": message, "params": params, **(extra or {})}
    return json_response({"error": error}, status, _headers())


def _reply(body: Record) -> Response:
    return json_response(body, headers=_headers())


def _headers() -> dict[str, str]:
    """Show a rate limit that is barely used and resets with the next minute."""
    return {
        "Recurly-Version": f"recurly.{VERSION}",
        # The official client puts it into its error messages and fails without it.
        "X-Request-Id": uuid.uuid4().hex,
        "X-RateLimit-Limit": str(REQUESTS_PER_MINUTE),
        "X-RateLimit-Remaining": str(REQUESTS_PER_MINUTE - 1),
        "X-RateLimit-Reset": str((int(time.time()) // 60 + 1) * 60),
    }


def _points_at(link: Any, identity: str) -> bool:
    return identity in link if isinstance(link, list) else link == identity


def _listed_transaction(transaction: Record, invoice: Record) -> Record:
    """Give a transaction, which the company keeps in its invoice, that invoice's key."""
    mini = {key: invoice.get(key) for key in ("id", "number", "type", "state")}
    return {**transaction, "invoice": {"object": "invoice", **mini}}
