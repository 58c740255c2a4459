"""The latent health of every account in every month: what all that can be seen depends on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.draws import normal, uniform
from ingestion.sandbox.company.traits import Account

PERSISTENCE = 0.88
STEP = 0.42
FIRST_STEP = 0.6
CHAMPION_LEAVES = 0.012
SHOCK = -1.3
SHOCK_PERSISTENCE = 0.8
# A watermelon's health falls from half way through the shown months, a month by this much.
DISGUISE_DRIFT = 0.16
DISGUISE_LIMIT = 1.8


@dataclass(frozen=True)
class Health:
    """Arrays of accounts x months; before an account's first month they hold its first value.

    `level` is h, `shock` the part of it that comes from champions who left, `left` the months in
    which one leaves, `age` whole months since the first one (negative before).
    """

    level: NDArray[np.float64]
    shock: NDArray[np.float64]
    left: NDArray[np.bool_]
    age: NDArray[np.int64]

    def lagged(self, months: int) -> NDArray[np.float64]:
        """h some months ago, for an account younger than that its first."""
        position = np.maximum(np.arange(self.level.shape[1]) - months, 0)
        return self.level[:, position]

    def recent(self) -> NDArray[np.float64]:
        """The mean of h over the month and the two before."""
        return (self.level + self.lagged(1) + self.lagged(2)) / 3


def simulate_health(seed: int, accounts: list[Account], clock: Clock) -> Health:
    index = np.array([account.index for account in accounts])
    mu = np.array([account.mu for account in accounts])
    disguise = np.array([account.disguise for account in accounts])
    first = np.array([clock.month_of(account.starts_at) for account in accounts])
    shape = (len(accounts), clock.length)
    wave, shock = FIRST_STEP * normal(seed, "health:first", index), np.zeros(len(accounts))
    level, shocks, left = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    # Half way through the shown months, later for who begins later.
    turns = np.maximum(first + 4, clock.first_shown - clock.origin + clock.months // 3)
    for month in range(clock.length):
        number = clock.origin + month
        lives = month > first
        step = PERSISTENCE * wave + STEP * normal(seed, "health:step", index, number)
        wave = np.where(lives, step, wave)
        leaves = lives & (uniform(seed, "health:champion", index, number) < CHAMPION_LEAVES)
        shock = SHOCK_PERSISTENCE * shock + np.where(leaves, SHOCK, 0.0)
        drift = -disguise * np.clip(DISGUISE_DRIFT * (month - turns), 0, DISGUISE_LIMIT)
        level[:, month] = mu + wave + shock + drift
        shocks[:, month] = shock
        left[:, month] = leaves
    age = np.arange(clock.length)[None, :] - first[:, None]
    return Health(level=level, shock=shocks, left=left, age=age)
