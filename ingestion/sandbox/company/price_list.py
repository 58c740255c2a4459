"""What an account's subscription consists of, and what it costs per billing period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.sandbox.company.clock import DEFAULT_AS_OF
from ingestion.sandbox.company.seat_changes import SeatPath
from ingestion.sandbox.company.traits import Account
from ingestion.sandbox.company.vendor_ids import recurly_id

SEAT_PRICES = {"starter": 12.0, "team": 22.0, "business": 38.0, "enterprise": 55.0}
FLAT_PRICE = 890.0
# Paid a year ahead: eleven months for twelve.
ANNUAL_FACTOR = 11
ADD_ONS = {
    # code: (name, kind, price a month)
    "extra-seats": ("Extra seats", "fixed", 18.0),
    "analytics-pack": ("Analytics pack", "fixed", 240.0),
    "security-pack": ("Security pack", "fixed", 180.0),
    "priority-support": ("Priority support", "fixed", 150.0),
    "api-volume": ("API volume", "usage", 0.002),
}
FAMILIES = ("starter", "team", "business", "enterprise", "flat")


@dataclass(frozen=True, slots=True)
class Item:
    """A plan (no add-on code) or an add-on, sold from `since` on, at a price per billing period."""

    plan_code: str
    add_on_code: str | None
    kind: str
    price: float
    since: datetime
    share_of_seats: float

    def quantity(self, seats: SeatPath, instant: datetime) -> int:
        """Units bought: a share of the seats, or one."""
        if not self.share_of_seats:
            return 1
        return max(round(seats.at(instant) * self.share_of_seats), 1)


def plan_price(plan_code: str) -> float:
    family, interval = plan_code.split("-")
    return SEAT_PRICES.get(family, FLAT_PRICE) * (ANNUAL_FACTOR if interval == "annual" else 1)


def add_on_price(plan_code: str, add_on_code: str) -> float:
    """A usage add-on has one price per unit, whatever the interval."""
    _, kind, price = ADD_ONS[add_on_code]
    return price * (ANNUAL_FACTOR if plan_code.endswith("annual") and kind == "fixed" else 1)


def items_of(account: Account) -> list[Item]:
    """The plan first, then 30 % with add-ons; a tenth of those buys a fifth of its seats extra."""
    dice, plan = account.dice, account.plan_code
    chosen: list[tuple[str, datetime]] = []
    later = account.starts_at + timedelta(days=dice.between(80, 420, "add_on:since"))
    if account.place("add_on") < 0.30 and not account.is_flat:
        pool = ("analytics-pack", "security-pack", "priority-support")
        since = account.starts_at if dice.uniform("add_on:first") < 0.6 else later
        code = "extra-seats" if account.place("add_on") < 0.04 else dice.pick(pool, "add_on")
        chosen.append((code, since))
    if account.place("usage_add_on") < 0.08 and not account.is_flat:
        chosen.append(("api-volume", account.starts_at))
    extra = 0.2 if any(code == "extra-seats" for code, _ in chosen) else 0.0
    share = 0.0 if account.is_flat else 1.0 - extra
    items = [Item(plan, None, "fixed", plan_price(plan), datetime.min, share)]
    for code, since in chosen:
        kind, price = ADD_ONS[code][1], add_on_price(plan, code)
        items.append(Item(plan, code, kind, price, since, extra if code == "extra-seats" else 0.0))
    return items


def discount_rate(account: Account, instant: datetime) -> float:
    """25 % have a discount; for half of them it ends after the first year."""
    if account.place("discount") >= 0.25:
        return 0.0
    if account.place("discount") < 0.125 and instant >= account.starts_at + timedelta(days=365):
        return 0.0
    return account.dice.pick((0.10, 0.15, 0.20, 0.30), "discount")


def tax_rate(account: Account) -> float:
    if account.currency == "EUR":
        return 0.19 if account.place("tax") < 0.5 else 0.0
    return 0.07 if account.place("tax") < 0.3 else 0.0


def plan_records() -> tuple[list[dict], list[dict]]:
    """Recurly's `plans` and `add_ons`, all of them older than any account."""
    created = datetime(DEFAULT_AS_OF.year - 12, 1, 15, 9)
    plans, add_ons = [], []
    for family in FAMILIES:
        for interval, months in (("monthly", 1), ("annual", 12)):
            code = f"{family}-{interval}"
            plan = {
                "id": recurly_id("plan", code),
                "object": "plan",
                "code": code,
                "name": f"{family.title()} ({interval})",
                "state": "active",
                "interval_unit": "months",
                "interval_length": months,
                "trial_unit": "days",
                "trial_length": 0,
                "auto_renew": True,
                "pricing_model": "fixed",
                "currencies": [
                    {"currency": c, "setup_fee": 0.0, "unit_amount": plan_price(code)}
                    for c in ("USD", "EUR")
                ],
                "created_at": created,
                "updated_at": created,
                "deleted_at": None,
            }
            plans.append(plan)
            for add_on in ADD_ONS if family != "flat" else ("api-volume",):
                name, kind, _ = ADD_ONS[add_on]
                add_ons.append(
                    {
                        "id": recurly_id("add_on", code, add_on),
                        "object": "add_on",
                        "code": add_on,
                        "name": name,
                        "plan_id": plan["id"],
                        "state": "active",
                        "add_on_type": kind,
                        "usage_type": "price" if kind == "usage" else None,
                        "default_quantity": 1,
                        "optional": True,
                        "currencies": [
                            {"currency": c, "unit_amount": add_on_price(code, add_on)}
                            for c in ("USD", "EUR")
                        ],
                        "created_at": created,
                        "updated_at": created,
                        "deleted_at": None,
                    }
                )
    return plans, add_ons
