"""Invoices that come with another one: credit invoices, and invoices issued twice by mistake."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.invoice_lines import Billed
from ingestion.sandbox.company.traits import Account
from ingestion.sandbox.company.vendor_ids import recurly_id, uuid_like

ISSUED_TWICE = 0.01
ISSUED_AGAIN_AFTER = timedelta(minutes=7)


def credit_payment(
    billed: Billed, names: tuple[int, ...], invoice: dict, created: datetime, amount: float
) -> dict:
    """A credit that is spent on the invoice; the invoice that granted it is issued beside."""
    origin = {"id": recurly_id("credit_invoice", invoice["id"]), "object": "invoice"}
    return {
        "id": recurly_id("credit_payment", *names),
        "uuid": uuid_like("credit_payment", *names),
        "object": "credit_payment",
        "action": "payment",
        "account": {"id": billed.recurly_account_id, "object": "account"},
        "applied_to_invoice": invoice,
        "original_invoice": {**origin, "type": "credit"},
        "currency": billed.account.currency,
        "amount": amount,
        "original_credit_payment_id": None,
        "created_at": created,
        "updated_at": created,
        "voided_at": None,
    }


def issued_beside(account: Account, invoice: dict, as_of: datetime) -> list[dict]:
    """What was issued with a charge invoice by `as_of`: nothing, for nearly all of them."""
    credits = [_credit_invoice(invoice, spent) for spent in invoice["credit_payments"]]
    again = invoice["created_at"] + ISSUED_AGAIN_AFTER
    number = int(invoice["number"])
    is_twice = account.dice.uniform("issued_twice", number) < ISSUED_TWICE
    if not is_twice or again >= as_of or invoice["total"] <= 0:
        return credits
    days = account.dice.between(1, 25, "issued_twice:noticed", number)
    voided = (again + timedelta(days=days)).replace(microsecond=0)
    return [*credits, _second_copy(invoice, again, voided, as_of)]


def _credit_invoice(invoice: dict, spent: dict) -> dict:
    """Grants the credit that is spent on the invoice at once."""
    identity, amount = spent["original_invoice"]["id"], spent["amount"]
    money = dict.fromkeys(("subtotal", "total"), -amount)
    line = {
        **invoice["line_items"][0],
        "id": recurly_id("line", identity),
        "invoice_id": identity,
        "type": "credit",
        "origin": "credit",
        "add_on_code": None,
        "unit_amount": -amount,
        "quantity": 1,
        "subtotal": -amount,
        "discount": 0.0,
        "tax": 0.0,
        "amount": -amount,
        "proration_rate": None,
        "start_date": invoice["created_at"],
        "end_date": invoice["created_at"],
    }
    return {
        **_like(invoice, identity, "C"),
        **money,
        "type": "credit",
        "origin": "credit",
        "state": "closed",
        "discount": 0.0,
        "tax": 0.0,
        "balance": 0.0,
        "due_at": None,
        "closed_at": invoice["created_at"],
        "line_items": [line],
        "updated_at": invoice["created_at"],
    }


def _second_copy(invoice: dict, created: datetime, voided: datetime, as_of: datetime) -> dict:
    """Nobody pays it; it stands open until somebody notices and voids it."""
    identity = recurly_id("second_copy", invoice["id"])
    due = created + timedelta(days=invoice["net_terms"])
    is_voided, is_due = voided < as_of, due < as_of
    copied = [
        {
            **line,
            "id": recurly_id("line", identity, place),
            "invoice_id": identity,
            "created_at": created,
            "updated_at": created,
        }
        for place, line in enumerate(invoice["line_items"])
    ]
    return {
        **_like(invoice, identity, "B"),
        "state": "voided" if is_voided else "past_due" if is_due else "pending",
        "balance": 0.0 if is_voided else invoice["total"],
        "due_at": due,
        "closed_at": voided if is_voided else None,
        "line_items": copied,
        "created_at": created,
        "updated_at": voided if is_voided else due if is_due else created,
    }


def _like(invoice: dict, identity: str, suffix: str) -> dict:
    """The same invoice under another name, before anything was paid."""
    return {
        **invoice,
        "id": identity,
        "uuid": uuid_like("invoice", identity),
        "number": f"{invoice['number']}{suffix}",
        "paid": 0.0,
        "refundable_amount": 0.0,
        "dunning_events_sent": 0,
        "final_dunning_event": False,
        "transactions": [],
        "credit_payments": [],
    }
