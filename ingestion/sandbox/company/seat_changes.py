"""How many seats an account has bought at which instant."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.clock import Clock, add_months, month_number
from ingestion.sandbox.company.subscription_lives import Life
from ingestion.sandbox.company.traits import Account


@dataclass(frozen=True, slots=True)
class SeatPath:
    """Seats in effect from each instant on, the first from the beginning."""

    instants: list[datetime]
    seats: list[int]

    def at(self, instant: datetime) -> int:
        return self.seats[max(bisect.bisect_right(self.instants, instant) - 1, 0)]


def simulate_seats(
    account: Account, level: NDArray[np.float64], lives: list[Life], clock: Clock
) -> SeatPath:
    """More seats count at once, fewer from the next billing period on."""
    dice, first = account.dice, month_number(account.starts_at) - clock.origin
    wishes: list[tuple[datetime, float]] = []
    for month in range(first + 1, clock.length):
        key, health = clock.origin + month, float(level[month])
        start, end = clock.month(month)
        if dice.uniform("seats:more", key) < 0.012 * math.exp(0.5 * health):
            moment = dice.moment(start, end, "seats:more:moment", key)
            wishes.append((moment, 1 + dice.between(0.10, 0.40, "seats:more:share", key)))
        elif dice.uniform("seats:fewer", key) < 0.006 * math.exp(-0.6 * health):
            moment = dice.moment(start, end, "seats:fewer:moment", key)
            period = _next_period(lives, moment)
            share = 1 - dice.between(0.10, 0.30, "seats:fewer:share", key)
            if period is not None:
                wishes.append((period, share))
    path = SeatPath([datetime.min], [account.seats])
    for instant, factor in sorted(wishes):
        wanted = round(path.seats[-1] * factor)
        changed = max(wanted, path.seats[-1] + 1) if factor > 1 else max(wanted, 3)
        path.instants.append(instant)
        path.seats.append(min(changed, 2500))
    return path


def _next_period(lives: list[Life], moment: datetime) -> datetime | None:
    for life in lives:
        if life.paid_from <= moment and (life.ends_at is None or moment < life.ends_at):
            periods = (month_number(moment) - month_number(life.paid_from)) // life.term_months
            return next(
                starts
                for extra in range(3)
                if (starts := add_months(life.paid_from, (periods + extra) * life.term_months))
                > moment
            )
    return None
