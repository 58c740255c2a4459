"""Who stays and who leaves: the lives of each account's subscription, from its latent health."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.clock import Clock, add_months, month_number
from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.traits import Account

TRIAL_DAYS = 14
WITHDRAWN = 0.10
NONPAYMENT_A_MONTH = 0.0013
DUNNING_DAYS = 28


@dataclass(frozen=True, slots=True)
class Notice:
    given_at: datetime
    effective_at: datetime
    withdrawn_at: datetime | None


@dataclass
class Life:
    """One subscription from activation to its end; `paid_from` anchors its billing periods."""

    number: int
    activated_at: datetime
    trial_ends_at: datetime | None
    paid_from: datetime
    term_months: int
    notices: list[Notice] = field(default_factory=list)
    ends_at: datetime | None = None
    end_reason: str | None = None

    def known_end(self, as_of: datetime) -> datetime | None:
        """The end that the billing system knows of at `as_of`."""
        if self.ends_at is None:
            return None
        if self.end_reason == "canceled":
            return self.ends_at if self.notices[-1].given_at < as_of else None
        return self.ends_at if self.ends_at < as_of else None

    def canceled_at(self, as_of: datetime) -> datetime | None:
        """The instant of a notice that stands at `as_of`."""
        given = [n for n in self.notices if n.given_at < as_of]
        if not given or (given[-1].withdrawn_at and given[-1].withdrawn_at < as_of):
            return None
        return given[-1].given_at


def simulate_lives(account: Account, recent: NDArray[np.float64], clock: Clock) -> list[Life]:
    """`recent` is the three-month mean of the account's health, by month."""
    lives: list[Life] = []
    begins: datetime | None = account.starts_at
    while begins is not None and begins < clock.ends_at:
        life = _live(account, recent, clock, len(lives), begins)
        lives.append(life)
        begins = _returns(account, life)
    return lives


def _returns(account: Account, life: Life) -> datetime | None:
    """5 % subscribe again within a month, 5 % later."""
    if life.ends_at is None:
        return None
    fate = account.dice.uniform("return", life.number)
    if fate < 0.05:
        return life.ends_at + timedelta(days=account.dice.between(2, 27, "return:day", life.number))
    if fate < 0.10:
        return life.ends_at + timedelta(
            days=account.dice.between(45, 150, "return:day", life.number)
        )
    return None


def _live(
    account: Account, recent: NDArray[np.float64], clock: Clock, number: int, begins: datetime
) -> Life:
    begins = begins.replace(microsecond=0)
    has_trial = number == 0 and account.place("trial") < 0.2
    trial_ends = begins + timedelta(days=TRIAL_DAYS) if has_trial else None
    life = Life(number, begins, trial_ends, trial_ends or begins, 12 if account.is_annual else 1)
    # A test account that left would prove nothing about the ones that have to be left out.
    month = month_number(life.paid_from) - clock.origin + 2 if not account.is_test else clock.length
    while month < clock.length and life.ends_at is None:
        decide = _annual_month if account.is_annual else _monthly_month
        month = decide(account, life, month, float(recent[max(month, 0)]), clock) + 1
    return life


def _monthly_month(account: Account, life: Life, month: int, health: float, clock: Clock) -> int:
    dice, key = account.dice, clock.origin + month
    boundary = _boundary_in(life, month, clock)
    if dice.uniform("nonpayment", key) < NONPAYMENT_A_MONTH:
        _default(life, boundary)
    elif dice.uniform("notice", key) < 0.004 + sigmoid(-5.4 - 2.3 * health):
        start, end = clock.month(month)
        given = dice.moment(start, end, "notice:moment", key)
        periods = month_number(given) - month_number(life.paid_from)
        # One month later on average: the first end of a period at least 15 days away.
        effective = next(
            ends
            for extra in range(4)
            if (ends := add_months(life.paid_from, periods + extra)) >= given + timedelta(days=15)
        )
        return _notice(account, life, given, effective, month, clock)
    return month


def _annual_month(account: Account, life: Life, month: int, health: float, clock: Clock) -> int:
    dice, key = account.dice, clock.origin + month
    age = clock.origin + month - month_number(life.paid_from)
    if (
        age % 12 == 0
        and account.has_recurly
        and dice.uniform("nonpayment", key) < NONPAYMENT_A_MONTH * 12
    ):
        _default(life, _boundary_in(life, month, clock))
    elif age % 12 == 10 and dice.uniform("notice", key) < sigmoid(-2.8 - 2.4 * health):
        tenth = add_months(life.paid_from, age)
        given = dice.moment(tenth, add_months(life.paid_from, age + 1), "notice:moment", key)
        return _notice(account, life, given, add_months(life.paid_from, age + 2), month, clock)
    return month


def _boundary_in(life: Life, month: int, clock: Clock) -> datetime:
    """The start of the billing month that begins in this calendar month."""
    return add_months(life.paid_from, clock.origin + month - month_number(life.paid_from))


def _default(life: Life, charged_at: datetime) -> None:
    life.ends_at = charged_at + timedelta(days=DUNNING_DAYS)
    life.end_reason = "nonpayment"


def _notice(
    account: Account, life: Life, given: datetime, effective: datetime, month: int, clock: Clock
) -> int:
    """Record a notice; returns the last month that it settles."""
    dice, key = account.dice, clock.origin + month
    withdrawn = None
    if dice.uniform("withdrawn", key) < WITHDRAWN:
        withdrawn = given + (effective - given) * dice.between(0.2, 0.8, "withdrawn:moment", key)
        withdrawn = withdrawn.replace(microsecond=0)
    life.notices.append(Notice(given, effective, withdrawn))
    if withdrawn is None:
        life.ends_at, life.end_reason = effective, "canceled"
        return month
    return max(month, month_number(withdrawn) - clock.origin)
