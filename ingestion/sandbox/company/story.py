"""One account's whole story: its traits, its health over time, what it subscribed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.seat_changes import SeatPath
from ingestion.sandbox.company.subscription_lives import Life
from ingestion.sandbox.company.traits import Account


@dataclass(frozen=True)
class Story:
    """`level`, `lag` (h a month before) and `shock` are arrays by month of the clock."""

    account: Account
    clock: Clock = field(repr=False)
    level: NDArray[np.float64] = field(repr=False)
    lag: NDArray[np.float64] = field(repr=False)
    shock: NDArray[np.float64] = field(repr=False)
    champion_leaves: NDArray[np.bool_] = field(repr=False)
    lives: list[Life] = field(repr=False)
    seats: SeatPath = field(repr=False)

    def health_at(self, instant: datetime) -> float:
        return float(self.level[self.clock.month_of(instant)])

    @property
    def ended_at(self) -> datetime | None:
        """The end of the last subscription; None while one goes on."""
        return self.lives[-1].ends_at if self.lives else None

    def is_customer(self, instant: datetime) -> bool:
        return any(
            life.activated_at <= instant and (life.ends_at is None or instant < life.ends_at)
            for life in self.lives
        )

    def months(self) -> range:
        """Positions of the months with anything to tell: since events began and the account too."""
        first = max(
            self.clock.month_of(self.account.starts_at), self.clock.month_of(self.clock.events_from)
        )
        last = self.clock.month_of(self.ended_at) if self.ended_at else self.clock.length - 1
        return range(first, last + 1) if self.lives else range(0)
