"""When an invoice is due, when it is paid, and how it looks in between."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.traits import Account

MANUAL = 0.40
NEVER_PAID = 0.01
GIVEN_UP_AFTER_DAYS = 60
# Of the invoices of those who pay by hand: 3 % of all.
PAID_IN_PARTS = 0.075
CREDITED = 0.04


@dataclass(frozen=True, slots=True)
class Attempt:
    """One payment of an invoice, or an attempt at it."""

    at: datetime
    amount: float
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """The fate of one invoice: `attempts` are charges with whether they succeeded."""

    due_at: datetime
    net_terms: int
    attempts: tuple[tuple[datetime, bool], ...]
    paid_at: datetime | None
    failed_at: datetime | None

    def state(self, as_of: datetime) -> tuple[str, datetime | None]:
        """The invoice's state at `as_of` and the instant since when; None: since it was made."""
        if self.paid_at and self.paid_at < as_of:
            return "paid", self.paid_at
        if self.failed_at and self.failed_at < as_of:
            return "failed", self.failed_at
        if self.due_at < as_of:
            return "past_due", self.due_at
        return "pending", None


def pays_manually(account: Account) -> bool:
    return account.place("manual") < MANUAL


def settle(
    account: Account, key: int, created: datetime, health: float, gives_up_at: datetime | None
) -> Settlement:
    """`gives_up_at`: the end of dunning of a customer who stops paying with this invoice."""
    dice = account.dice
    if not pays_manually(account):
        return _charge(account, key, created, health, gives_up_at)
    net_terms = dice.pick((15, 30, 30, 45), "net_terms")
    due = created + timedelta(days=net_terms)
    if gives_up_at is not None:
        return Settlement(created, net_terms, (), None, gives_up_at)
    if dice.uniform("late", key) < sigmoid(-2.6 - 0.8 * health):
        if dice.uniform("never", key) < NEVER_PAID:
            return Settlement(due, net_terms, (), None, None)
        paid = due + timedelta(days=math.exp(2.3 + 0.8 * dice.normal("late:days", key)))
    else:
        paid = due - timedelta(days=dice.between(0, net_terms * 0.6, "early:days", key))
    paid = paid.replace(microsecond=0)
    return Settlement(due, net_terms, ((paid, True),), paid, None)


def _charge(
    account: Account, key: int, created: datetime, health: float, gives_up_at: datetime | None
) -> Settlement:
    dice = account.dice
    never = gives_up_at is not None
    first = created + timedelta(minutes=3)
    if not never and dice.uniform("decline", key) >= 0.04 + 0.05 * sigmoid(-health):
        return Settlement(created, 0, ((first, True),), first, None)
    retries = 1 + dice.bits("retries", key) % 8
    declined = [first + timedelta(days=3 * number, hours=number) for number in range(retries)]
    attempts = tuple((moment, False) for moment in declined)
    if never or dice.uniform("never", key) < NEVER_PAID:
        gives_up = gives_up_at or created + timedelta(days=GIVEN_UP_AFTER_DAYS)
        attempts = tuple((moment, False) for moment in declined if moment < gives_up)
        return Settlement(created, 0, attempts, None, gives_up)
    paid = first + timedelta(days=3 * retries, hours=5)
    return Settlement(created, 0, (*attempts, (paid, True)), paid, None)


def credit_on(account: Account, key: int, total: float) -> float:
    """What an earlier credit takes off an invoice the moment that it is made."""
    if total <= 0 or account.dice.uniform("credited", key) >= CREDITED:
        return 0.0
    return round(total * account.dice.between(0.05, 0.40, "credited:share", key), 2)


def attempts_at(
    account: Account, key: int, created: datetime, fate: Settlement, amount: float
) -> list[Attempt]:
    """Charges of the invoice's `amount`; some of those who pay by hand pay in two parts."""
    whole = [Attempt(moment, amount, succeeded) for moment, succeeded in fate.attempts]
    in_parts = account.dice.uniform("in_parts", key) < PAID_IN_PARTS
    if not in_parts or not pays_manually(account) or not fate.paid_at or amount <= 0:
        return whole
    first = round(amount * account.dice.between(0.3, 0.7, "in_parts:share", key), 2)
    way = account.dice.between(0.3, 0.8, "in_parts:moment", key)
    earlier = (created + (fate.paid_at - created) * way).replace(microsecond=0)
    return [
        Attempt(earlier, first, True),
        Attempt(fate.paid_at, round(amount - first, 2), True),
    ]
