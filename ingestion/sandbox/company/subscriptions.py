"""Recurly's accounts and subscriptions as they stand at an instant."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.clock import add_months
from ingestion.sandbox.company.invoice_lines import Billed
from ingestion.sandbox.company.payments import pays_manually
from ingestion.sandbox.company.price_list import discount_rate, tax_rate
from ingestion.sandbox.company.vendor_ids import recurly_id, uuid_like

# Half of the customers who left have their billing account closed after this long.
CLOSED_AFTER = timedelta(days=45)


def subscription_record(billed: Billed, account_mini: dict, as_of: datetime) -> dict:
    life, account = billed.life, billed.account
    ends_at, canceled_at = life.known_end(as_of), life.canceled_at(as_of)
    withdrawn = _pending_end(billed, as_of)
    expired = ends_at is not None and ends_at < as_of
    period = _current_period(billed, min(as_of, ends_at) if ends_at else as_of)
    moment = max(period[0], life.paid_from) if expired else as_of - timedelta(microseconds=1)
    sold = [item for item in billed.items if item.since <= period[0]]
    plan, add_ons = sold[0], sold[1:]
    unit, quantity = plan.price, plan.quantity(billed.seats, moment)
    add_ons_total = sum(
        item.price * item.quantity(billed.seats, moment) for item in add_ons if item.kind == "fixed"
    )
    subtotal = round(unit * quantity + add_ons_total, 2)
    net = subtotal * (1 - discount_rate(account, period[0]))
    tax = round(net * tax_rate(account), 2)
    return {
        "id": billed.subscription_id,
        "uuid": uuid_like("subscription", account.index, billed.slot, life.number),
        "object": "subscription",
        "account": account_mini,
        "plan": {
            "id": recurly_id("plan", plan.plan_code),
            "object": "plan",
            "code": plan.plan_code,
            "name": plan.plan_code.replace("-", " ").title(),
        },
        "state": "expired" if expired else "canceled" if canceled_at else "active",
        "unit_amount": unit,
        "quantity": quantity,
        "add_ons_total": round(add_ons_total, 2),
        "subtotal": subtotal,
        "tax": tax,
        "total": round(net + tax, 2),
        "currency": account.currency,
        "current_period_started_at": period[0],
        "current_period_ends_at": period[1],
        "current_term_started_at": period[0],
        "current_term_ends_at": period[1],
        "trial_started_at": life.activated_at if life.trial_ends_at else None,
        "trial_ends_at": life.trial_ends_at,
        "remaining_billing_cycles": 1,
        "auto_renew": canceled_at is None and not expired,
        "activated_at": life.activated_at,
        "canceled_at": canceled_at,
        "expires_at": ends_at or withdrawn,
        "converted_at": life.trial_ends_at if life.paid_from < as_of else None,
        "paused_at": None,
        "expiration_reason": life.end_reason if expired else None,
        "collection_method": "manual" if pays_manually(account) else "automatic",
        "pending_change": None,
        "add_ons": [
            {
                "id": recurly_id("sub_add_on", billed.subscription_id, item.add_on_code or ""),
                "object": "subscription_add_on",
                "add_on": {
                    "id": recurly_id("add_on", item.plan_code, item.add_on_code or ""),
                    "code": item.add_on_code,
                    "name": item.add_on_code,
                    "add_on_type": item.kind,
                },
                "add_on_source": "plan_add_on",
                "quantity": item.quantity(billed.seats, moment),
                "unit_amount": item.price,
                "expired_at": ends_at if expired else None,
                "created_at": max(item.since, life.activated_at),
            }
            for item in add_ons
        ],
        "custom_fields": [],
        "created_at": life.activated_at,
        "updated_at": _last_change(billed, period[0], as_of),
    }


def _pending_end(billed: Billed, as_of: datetime) -> datetime | None:
    """The end announced by a notice that is withdrawn only after `as_of`."""
    standing = billed.life.canceled_at(as_of)
    return next((n.effective_at for n in billed.life.notices if n.given_at == standing), None)


def _current_period(billed: Billed, moment: datetime) -> tuple[datetime, datetime]:
    """The trial or billing period that contains the instant before `moment`."""
    life = billed.life
    if moment <= life.paid_from:
        return life.activated_at, life.paid_from
    period = 0
    while add_months(life.paid_from, (period + 1) * life.term_months) < moment:
        period += 1
    return (
        add_months(life.paid_from, period * life.term_months),
        add_months(life.paid_from, (period + 1) * life.term_months),
    )


def _last_change(billed: Billed, period_starts_at: datetime, as_of: datetime) -> datetime:
    life = billed.life
    stops = min(life.known_end(as_of) or as_of, as_of)
    changes = [life.activated_at, period_starts_at]
    changes += [t for t in billed.seats.instants if life.activated_at < t < stops]
    changes += [n.given_at for n in life.notices]
    changes += [n.withdrawn_at for n in life.notices if n.withdrawn_at]
    changes += [life.ends_at] if life.ends_at else []
    return max(change for change in changes if change < as_of)


def account_record(billed: list[Billed], identity: dict, as_of: datetime) -> dict:
    """One Recurly account with its lives so far; `identity`: code, email, custom fields."""
    account, first = billed[0].account, billed[0].life
    live = [b for b in billed if b.life.activated_at < as_of]
    last = live[-1].life
    closes = last.ends_at + CLOSED_AFTER if last.ends_at else None
    is_closed = (
        closes is not None and closes < as_of and account.dice.uniform("closed", last.number) < 0.5
    )
    changes = [first.activated_at, *(b.life.activated_at for b in live)]
    changes += [b.life.ends_at for b in live if b.life.ends_at and b.life.ends_at < as_of]
    changes += [closes] if is_closed else []
    has_live = any(not (e := b.life.known_end(as_of)) or e >= as_of for b in live)
    return {
        "id": billed[0].recurly_account_id,
        "object": "account",
        **identity,
        "state": "inactive" if is_closed else "active",
        "cc_emails": None,
        "parent_account_id": None,
        "bill_to": "self",
        "has_live_subscription": has_live,
        "has_active_subscription": has_live,
        "external_accounts": [],
        "address": {"country": account.country},
        "created_at": first.activated_at,
        "updated_at": max(changes),
        "deleted_at": closes if is_closed else None,
    }
