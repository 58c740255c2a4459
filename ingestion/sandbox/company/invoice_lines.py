"""One line of an invoice: an item, a stretch of time, a quantity and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingestion.sandbox.company.price_list import Item, discount_rate, tax_rate
from ingestion.sandbox.company.seat_changes import SeatPath
from ingestion.sandbox.company.subscription_lives import Life
from ingestion.sandbox.company.traits import Account
from ingestion.sandbox.company.vendor_ids import recurly_id


@dataclass(frozen=True, slots=True)
class Billed:
    """Who is billed for what: one Recurly account with one subscription."""

    account: Account
    slot: int
    life: Life
    items: list[Item]
    seats: SeatPath
    health_at: Callable[[datetime], float]

    @property
    def recurly_account_id(self) -> str:
        return recurly_id("account", self.account.index, self.slot)

    @property
    def subscription_id(self) -> str:
        return recurly_id("subscription", self.account.index, self.slot, self.life.number)


def invoice_line(
    billed: Billed,
    item: Item,
    origin: str,
    starts: datetime,
    ends: datetime,
    price: float,
    quantity: int | None = None,
    rate: float | None = None,
) -> dict:
    """A line without the fields that its invoice gives it; money to the cent."""
    account = billed.account
    if item.kind == "usage":
        quantity = round(billed.account.dice.between(2_000, 60_000, "usage", starts.toordinal()))
    elif origin == "setup_fee":
        quantity = 1
    quantity = item.quantity(billed.seats, starts) if quantity is None else quantity
    subtotal = round(price * quantity * (1 if rate is None else rate), 2)
    charged_at = ends if item.kind == "usage" else starts
    discounted = origin in ("plan", "add_on") and item.kind == "fixed"
    discount = round(subtotal * discount_rate(account, charged_at), 2) if discounted else 0.0
    tax = round((subtotal - discount) * tax_rate(account), 2)
    return {
        "object": "line_item",
        "type": "charge",
        "state": "invoiced",
        "origin": origin,
        "account": {"id": billed.recurly_account_id, "object": "account"},
        "subscription_id": billed.subscription_id,
        "plan_code": item.plan_code,
        "add_on_code": item.add_on_code,
        "currency": account.currency,
        "unit_amount": price,
        "quantity": quantity,
        "subtotal": subtotal,
        "discount": discount,
        "tax": tax,
        "amount": round(subtotal - discount + tax, 2),
        "proration_rate": rate,
        "refund": False,
        "start_date": starts,
        "end_date": ends,
    }
