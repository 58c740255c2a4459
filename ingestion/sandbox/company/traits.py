"""What an account is from the first day: size, terms, place, and rare states."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.clock import MONTHS_BEFORE, Clock, month_start
from ingestion.sandbox.company.draws import Dice, shares
from ingestion.sandbox.company.names import company_domain, company_name
from ingestion.sandbox.company.vendor_ids import company_key, salesforce_id

# New customers keep coming for this long after the default clock: prospects until then.
MONTHS_AHEAD = 3
# Numbers of every 200 that begin on a leap day, or with a month: at midnight UTC, where the
# windows of the months before and after meet.
BEGINS_ON_LEAP_DAY, BEGIN_WITH_MONTH = 3, (47, 90, 147, 190)
LEAP_DAY = datetime(2024, 2, 29)
# Accounts that a person set up to try things; they look like customers in every system.
FIRST_TEST_ACCOUNT = 900_000

PLACES = {
    ("United States", "MA"): 12, ("United States", "NY"): 10, ("United States", "IL"): 9,
    ("United States", "OH"): 6, ("United States", "CA"): 13, ("United States", "WA"): 6,
    ("Canada", "ON"): 5, ("Mexico", "JAL"): 2, ("Brazil", "SP"): 3, ("Chile", ""): 1,
    ("Germany", ""): 9, ("United Kingdom", ""): 7, ("France", ""): 5, ("Netherlands", ""): 3,
    ("Australia", "NSW"): 4, ("Japan", ""): 3, ("Singapore", ""): 2,
}  # fmt: skip
INDUSTRIES = (
    "Technology", "Manufacturing", "Healthcare", "Retail", "Financial Services", "Education",
    "Media", "Transportation",
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """One simulated company. `place(kind)` is its place in [0, 1) among 200, for rare states."""

    dice: Dice = field(repr=False)
    index: int
    account_id: str
    company_id: str
    name: str
    domain: str
    country: str
    state: str
    industry: str
    employees: int
    is_high_growth: bool
    is_test: bool
    starts_at: datetime
    seats: int
    is_annual: bool
    is_flat: bool
    plan_code: str
    currency: str
    mu: float
    usage_bias: float
    engagement_bias: float
    optimism: float
    disguise: int
    places: dict[str, float] = field(repr=False)

    def place(self, kind: str) -> float:
        return self.places[kind]

    @property
    def has_pendo(self) -> bool:
        return self.place("pendo") >= 0.04

    @property
    def has_zendesk(self) -> bool:
        return self.place("zendesk") >= 0.08

    @property
    def has_recurly(self) -> bool:
        return self.place("recurly") >= 0.02


RARE = (
    "started", "terms", "flat", "currency", "disguise", "pendo", "zendesk", "recurly", "milestones",
    "manual", "discount", "add_on", "usage_add_on", "trial", "sentiment", "survey", "identity",
    "zendesk_case", "second_zendesk", "second_recurly", "test_tenant", "shared_person", "contract",
    "tax", "mulligan",
)  # fmt: skip


def simulate_traits(seed: int, indices: list[int], clock: Clock, sold: Catalogue) -> list[Account]:
    places = {kind: shares(seed, f"share:{kind}", np.array(indices)) for kind in RARE}
    return [
        _account(Dice(seed, index), {k: float(v[row]) for k, v in places.items()}, clock, sold)
        for row, index in enumerate(indices)
    ]


def _account(dice: Dice, places: dict[str, float], clock: Clock, sold: Catalogue) -> Account:
    is_test = dice.account >= FIRST_TEST_ACCOUNT
    seats = min(max(round(math.exp(3.1 + 0.9 * dice.normal("seats"))), 3), 2000)
    if is_test:
        # A test account is small, paying and well linked: only its domain gives it away.
        places, seats = {kind: 0.5 for kind in places}, 5
    (country, state) = _place(dice)
    name = company_name(dice) if not is_test else f"Tidewell Test {dice.account}"
    is_annual = places["terms"] < (0.35 if seats < 40 else 0.8) or places["recurly"] < 0.02
    is_flat = places["flat"] < 0.08
    disguise = 1 if places["disguise"] < 0.05 else -1 if places["disguise"] < 0.08 else 0
    return Account(
        dice=dice,
        index=dice.account,
        account_id=salesforce_id("Account", dice.account),
        company_id=company_key(dice.account),
        name=name,
        domain=sold.own_domains[0] if is_test else _domain(dice, name, country),
        country=country,
        state=state,
        industry=dice.pick(INDUSTRIES, "industry"),
        employees=round(seats * math.exp(dice.between(0.7, 4.2, "employees"))),
        is_high_growth=dice.uniform("high_growth") < 0.07,
        is_test=is_test,
        starts_at=_start(dice, places["started"], clock),
        seats=seats,
        is_annual=is_annual,
        is_flat=is_flat,
        plan_code=f"{_family(seats, is_flat)}-{'annual' if is_annual else 'monthly'}",
        currency="EUR" if places["currency"] < 0.2 else "USD",
        mu=0.15 + 0.6 * dice.normal("mu"),
        # Watermelons look well used while they rot, their mirror image the other way round.
        usage_bias=1.2 * disguise if disguise else 0.45 * dice.normal("usage_bias"),
        engagement_bias=0.5 * dice.normal("engagement_bias"),
        optimism=0.5 * dice.normal("optimism"),
        disguise=disguise,
        places=places,
    )


@cache
def shares_domain(dice: Dice) -> bool:
    """1 % of the accounts are two companies under one domain: an even number and the next."""
    pair = dice.account // 2
    return bool(shares(dice.seed, "share:domain", pair, block=100)[0] < 0.01)


def _domain(dice: Dice, name: str, country: str) -> str:
    if dice.account % 2 and shares_domain(dice):
        dice = Dice(dice.seed, dice.account - 1)
        name, country = company_name(dice), _place(dice)[0]
    return company_domain(name, country, dice)


def _place(dice: Dice) -> tuple[str, str]:
    named = {f"{country}|{state}": float(weight) for (country, state), weight in PLACES.items()}
    country, state = dice.weighted(named, "place").split("|")
    return country, state


def _family(seats: int, is_flat: bool) -> str:
    if is_flat:
        return "flat"
    return next(
        family
        for family, below in (
            ("starter", 12),
            ("team", 50),
            ("business", 120),
            ("enterprise", 10**9),
        )
        if seats < below
    )


def _start(dice: Dice, place: float, clock: Clock) -> datetime:
    """65 % begin in the 30 months before the first shown month, the rest spread from there on."""
    if place < 0.65:
        month = clock.first_shown - 1 - int(dice.uniform("start:month") * (MONTHS_BEFORE - 1))
    else:
        month = clock.first_shown + int(dice.uniform("start:month") * (clock.months + MONTHS_AHEAD))
    begins = month_start(month)
    number, shown = dice.account % 200, month_start(clock.first_shown)
    if number == BEGINS_ON_LEAP_DAY and month_start(clock.origin + 1) <= LEAP_DAY < shown:
        return LEAP_DAY
    if number in BEGIN_WITH_MONTH:
        return begins
    return dice.moment(begins, begins + timedelta(days=28), "start:moment")
