"""The company's billing records as Recurly shows them: what belongs to what, what is derived."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingestion.sandbox.recurly_lists import Record, RecurlyError

if TYPE_CHECKING:
    from ingestion.sandbox.company import Company

RESOURCES = (
    "accounts", "subscriptions", "invoices", "line_items", "plans", "add_ons",
    "transactions", "credit_payments", "measured_units", "dunning_campaigns",
    "custom_field_definitions", "items", "coupons", "shipping_methods", "sites",
)  # fmt: skip
# Keys that a path may name an object by instead of its id: code-acme, number-1001.
KEY_FIELDS = {"code": "code", "number": "number", "uuid": "uuid", "subdomain": "subdomain"}
CHILDREN: dict[tuple[str, str], Callable[[Record], Any]] = {
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
# Lists that Recurly has of an object and the company has nothing for.
EMPTY_CHILDREN = {
    "accounts": (
        "coupon_redemptions", "notes", "entitlements", "billing_infos", "shipping_addresses",
    ),
    "invoices": ("coupon_redemptions",),
    "subscriptions": ("coupon_redemptions",),
}  # fmt: skip
SITE_SINCE = datetime(2014, 1, 1)
# An invoice shows its first line items itself, the rest by its own list.
EMBEDDED_LINE_ITEMS = 200


class RecurlyRecords:
    """All records by resource and by id."""

    def __init__(self, company: "Company", as_of: datetime) -> None:
        self.as_of = as_of
        self.of: dict[str, list[Record]] = {
            name: company.recurly.get(name, []) for name in RESOURCES
        }
        invoices = self.of["invoices"]
        self.of["transactions"] = [
            _listed_transaction(transaction, invoice)
            for invoice in invoices
            for transaction in invoice.get("transactions", ())
        ]
        self.of["credit_payments"] = [
            payment for invoice in invoices for payment in invoice.get("credit_payments", ())
        ]
        site = {"id": "sandboxsite1", "subdomain": "sandbox", "mode": "sandbox"}
        self.of["sites"] = [site | {"created_at": SITE_SINCE, "updated_at": SITE_SINCE}]
        self.by_id = {name: {row["id"]: row for row in rows} for name, rows in self.of.items()}
        self.lines_of: dict[str | None, list[Record]] = defaultdict(list)
        for line in self.of["line_items"]:
            self.lines_of[line.get("invoice_id")].append(line)

    def found(self, name: str, key: str) -> Record:
        """Return an object by its id, or by another key such as code-acme.

        Raises RecurlyError with status 404 where there is none.
        """
        record = self.by_id.get(name, {}).get(key)
        return record or named(self.of.get(name, []), name, key)

    def children(self, name: str, key: str, child: str) -> list[Record]:
        """Return what an object has of another resource, such as a plan's add-ons.

        Raises RecurlyError with status 404 for an unknown object or kind of children.
        """
        parent = self.found(name, key)
        if child in EMPTY_CHILDREN.get(name, ()):
            return []
        if (name, child) not in CHILDREN:
            raise RecurlyError(404, "not_found", f"Couldn't find {child} of {name}")
        link = CHILDREN[name, child]
        return [row for row in self.of[child] if _points_at(link(row), parent["id"])]

    def balance(self, key: str) -> Record:
        """Return what is past due of an account, per currency."""
        account = self.found("accounts", key)
        owed: dict[str, float] = defaultdict(float)
        for invoice in self.of["invoices"]:
            if invoice["account"]["id"] == account["id"] and self._is_past_due(invoice):
                owed[invoice["currency"]] += invoice["balance"]
        nothing = {"processing_prepayment_amount": 0.0, "available_credit_amount": 0.0}
        mini = {name: account.get(name) for name in ("id", "code", "email", "company")}
        return {
            "object": "account_balance",
            "account": {"object": "account", **mini},
            "past_due": bool(owed),
            "balances": [
                {"currency": currency, "amount": round(amount, 2), **nothing}
                for currency, amount in sorted(owed.items())
            ],
        }

    def _is_past_due(self, invoice: Record) -> bool:
        due_at = invoice.get("due_at")
        is_owed = invoice["type"] == "charge" and invoice["balance"] > 0
        return is_owed and due_at is not None and due_at < self.as_of

    def wire(self, name: str, record: Record) -> Record:
        """Return a record as it is sent, an invoice with its first line items."""
        row = {"object": name.removesuffix("s"), **record}
        if name == "invoices" and "line_items" not in record:
            lines = self.lines_of[record["id"]]
            row["line_items"] = [
                {"object": "line_item", **line} for line in lines[:EMBEDDED_LINE_ITEMS]
            ]
            row["has_more_line_items"] = len(lines) > EMBEDDED_LINE_ITEMS
            row = {"transactions": [], "credit_payments": [], **row}
        return row


def named(rows: list[Record], name: str, key: str) -> Record:
    """Return the one of these rows with this id or other key.

    Raises RecurlyError with status 404 where there is none.
    """
    prefix, dash, value = key.partition("-")
    field, value = (KEY_FIELDS[prefix], value) if dash and prefix in KEY_FIELDS else ("id", key)
    for row in rows:
        if row.get(field) == value:
            return row
    label = name.removesuffix("s")
    message = f"Couldn't find {label} with id = {key}"
    raise RecurlyError(404, "not_found", message, f"{label}_id")


def _points_at(link: Any, identity: str) -> bool:
    return identity in link if isinstance(link, list) else link == identity


def _listed_transaction(transaction: Record, invoice: Record) -> Record:
    """Give a transaction, which the company keeps in its invoice, that invoice's key."""
    mini = {key: invoice.get(key) for key in ("id", "number", "type", "state")}
    return {**transaction, "invoice": {"object": "invoice", **mini}}
