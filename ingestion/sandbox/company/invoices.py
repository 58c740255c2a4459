"""Invoices: one per billing period, and one per change of seats inside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.clock import add_months
from ingestion.sandbox.company.invoice_lines import Billed, invoice_line
from ingestion.sandbox.company.invoices_beside import credit_payment, issued_beside
from ingestion.sandbox.company.payments import (
    Attempt,
    Settlement,
    attempts_at,
    credit_on,
    pays_manually,
    settle,
)
from ingestion.sandbox.company.subscription_lives import DUNNING_DAYS
from ingestion.sandbox.company.vendor_ids import recurly_id, uuid_like

# Invoices that say their terms, but not the day that follows from them.
NO_DUE_DATE = 0.05


def bill(billed: Billed, as_of: datetime) -> tuple[list[dict], list[dict]]:
    """Invoices (with their lines and transactions inside) and all lines, created before as_of."""
    invoices: list[dict] = []
    life, period = billed.life, 0
    if life.trial_ends_at and life.activated_at < as_of:
        invoices.append(_trial_invoice(billed, as_of))
    starts = life.paid_from
    while starts < as_of and (life.ends_at is None or starts < life.ends_at):
        ends = add_months(life.paid_from, (period + 1) * life.term_months)
        invoices.append(_period_invoice(billed, period, starts, ends, as_of))
        stops = min(ends, life.ends_at or ends, as_of)
        changes = [t for t in billed.seats.instants if starts < t < stops]
        for number, instant in enumerate(changes, start=1):
            change = _change_invoice(billed, period, number, starts, instant, ends, as_of)
            if change is not None:
                invoices.append(change)
        starts, period = ends, period + 1
    for invoice in list(invoices):
        invoices += issued_beside(billed.account, invoice, as_of)
    return invoices, [line for invoice in invoices for line in invoice["line_items"]]


def _trial_invoice(billed: Billed, as_of: datetime) -> dict:
    life, plan = billed.life, billed.items[0]
    line = invoice_line(billed, plan, "plan_trial", life.activated_at, life.trial_ends_at, 0.0)
    return _invoice(billed, 9_999_00, life.activated_at, "purchase", [line], as_of)


def _period_invoice(
    billed: Billed, period: int, starts: datetime, ends: datetime, as_of: datetime
) -> dict:
    lines = []
    for item in billed.items:
        if item.since > starts:
            continue
        if item.kind == "usage":
            if period == 0:
                continue
            before = add_months(billed.life.paid_from, (period - 1) * billed.life.term_months)
            lines.append(invoice_line(billed, item, "add_on", before, starts, item.price))
        else:
            origin = "add_on" if item.add_on_code else "plan"
            lines.append(invoice_line(billed, item, origin, starts, ends, item.price))
    if period == 0 and billed.life.number == 0 and billed.account.plan_code.startswith("enter"):
        lines.append(invoice_line(billed, billed.items[0], "setup_fee", starts, starts, 1500.0))
    origin = "purchase" if period == 0 else "renewal"
    return _invoice(billed, period * 100, starts, origin, lines, as_of)


def _change_invoice(
    billed: Billed,
    period: int,
    number: int,
    starts: datetime,
    instant: datetime,
    ends: datetime,
    as_of: datetime,
) -> dict | None:
    """The rest of the period at the new quantity, less a credit for the rest at the old one."""
    rate = (ends - instant) / (ends - starts)
    lines = []
    for item in billed.items:
        old = item.quantity(billed.seats, instant - timedelta(seconds=1))
        new = item.quantity(billed.seats, instant)
        if item.kind == "fixed" and item.since <= starts and new != old:
            origin = "add_on" if item.add_on_code else "plan"
            lines.append(invoice_line(billed, item, origin, instant, ends, item.price, new, rate))
            credit = invoice_line(billed, item, origin, instant, ends, -item.price, old, rate)
            lines.append({**credit, "type": "credit", "origin": "credit"})
    if not lines:
        return None
    return _invoice(billed, period * 100 + number, instant, "immediate_change", lines, as_of)


def _invoice(
    billed: Billed, key: int, created: datetime, origin: str, lines: list[dict], as_of: datetime
) -> dict:
    account, life = billed.account, billed.life
    names = (account.index, billed.slot, life.number, key)
    invoice_id = recurly_id("invoice", *names)
    for position, line in enumerate(lines):
        line["id"] = recurly_id("line", *names, position)
        line["invoice_id"] = invoice_id
        line["created_at"] = line["updated_at"] = created
    total = round(sum(line["amount"] for line in lines), 2)
    defaults = life.end_reason == "nonpayment" and life.ends_at <= created + timedelta(
        days=DUNNING_DAYS
    )
    stamp = (key + 1_000_000 * life.number) * 10 + billed.slot
    fate = settle(
        account, stamp, created, billed.health_at(created), life.ends_at if defaults else None
    )
    if total == 0:
        fate = Settlement(created, 0, (), created, None)
    state, since = fate.state(as_of)
    credit = credit_on(account, stamp, total)
    attempts = [
        attempt
        for attempt in attempts_at(account, stamp, created, fate, round(total - credit, 2))
        if attempt.at < as_of
    ]
    paid = round(sum(attempt.amount for attempt in attempts if attempt.succeeded), 2)
    mini = {"id": invoice_id, "object": "invoice", "type": "charge"}
    return {
        "id": invoice_id,
        "uuid": uuid_like("invoice", *names),
        "object": "invoice",
        "number": f"{account.index + 1}{billed.slot}{life.number}{key:06d}",
        "type": "charge",
        "origin": origin,
        "state": state,
        "account": {"id": billed.recurly_account_id, "object": "account"},
        "subscription_ids": [billed.subscription_id],
        "collection_method": "manual" if pays_manually(account) else "automatic",
        "net_terms": fate.net_terms,
        "net_terms_type": "net",
        "po_number": None,
        "currency": account.currency,
        "subtotal": round(sum(line["subtotal"] for line in lines), 2),
        "discount": round(sum(line["discount"] for line in lines), 2),
        "tax": round(sum(line["tax"] for line in lines), 2),
        "total": total,
        "paid": paid,
        "balance": round(total - credit - paid, 2),
        "refundable_amount": paid,
        "due_at": None if account.dice.uniform("due:none", stamp) < NO_DUE_DATE else fate.due_at,
        "closed_at": since if state in ("paid", "failed") else None,
        "dunning_events_sent": sum(not attempt.succeeded for attempt in attempts),
        "final_dunning_event": state == "failed",
        "line_items": lines,
        "has_more_line_items": False,
        "transactions": [_transaction(billed, names, n, a) for n, a in enumerate(attempts)],
        "credit_payments": [credit_payment(billed, names, mini, created, credit)] if credit else [],
        "created_at": created,
        "updated_at": max(
            [created, *([since] if since else []), *(attempt.at for attempt in attempts)]
        ),
    }


def _transaction(billed: Billed, names: tuple[int, ...], number: int, attempt: Attempt) -> dict:
    return {
        "id": recurly_id("transaction", *names, number),
        "object": "transaction",
        "type": "purchase",
        "origin": "recurring",
        "status": "success" if attempt.succeeded else "declined",
        "success": attempt.succeeded,
        "account": {"id": billed.recurly_account_id, "object": "account"},
        "currency": billed.account.currency,
        "amount": attempt.amount,
        "collection_method": "manual" if pays_manually(billed.account) else "automatic",
        "status_code": None if attempt.succeeded else "insufficient_funds",
        "created_at": attempt.at,
        "updated_at": attempt.at,
        "voided_at": None,
        "collected_at": attempt.at if attempt.succeeded else None,
    }
