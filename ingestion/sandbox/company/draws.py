"""Random numbers that are looked up rather than drawn: a value is a hash of its key.

The key is (seed, kind, index, ...), so nothing depends on how many numbers were taken before: a
larger company or a later clock leaves every earlier number as it was. `Dice` is the scalar form for
one account, the functions the vectorised one; both give the same number for the same key.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Option = TypeVar("Option")

# The finalizer of splitmix64: every bit of the key reaches every bit of the result.
_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_MASK = (1 << 64) - 1
_UNIT = 2.0**-53


@cache
def _origin(seed: int, kind: str) -> int:
    digest = hashlib.blake2b(f"{seed}:{kind}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(_FIRST)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(_SECOND)
    return state ^ (state >> np.uint64(31))


def hashes(seed: int, kind: str, *index: ArrayLike) -> NDArray[np.uint64]:
    """64 random bits per key; the parts of `index` (integers) are broadcast together."""
    parts = np.broadcast_arrays(*(np.atleast_1d(part) for part in index))
    state = np.full(parts[0].shape, _origin(seed, kind), dtype=np.uint64)
    for part in parts:
        state = _mix((state ^ part.astype(np.int64).view(np.uint64)) + np.uint64(_STEP))
    return state


def uniform(seed: int, kind: str, *index: ArrayLike) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1), one per key."""
    return ((hashes(seed, kind, *index) >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT


def normal(seed: int, kind: str, *index: ArrayLike) -> NDArray[np.float64]:
    """Standard normal numbers, one per key (Box-Muller over two hashes)."""
    radius = np.sqrt(-2.0 * np.log(uniform(seed, kind + ":radius", *index)))
    return radius * np.cos(2.0 * np.pi * uniform(seed, kind + ":angle", *index))


def shares(seed: int, kind: str, account: ArrayLike, block: int = 200) -> NDArray[np.float64]:
    """The account's place in [0, 1) among the `block` accounts that it is numbered with.

    `shares(...) < .04` holds for exactly 4 % of every block, so that rare states are present
    in a company of the default size whatever the seed; the place does not depend on its size.
    """
    accounts = np.atleast_1d(np.asarray(account, dtype=np.int64))
    places = np.empty(len(accounts))
    for number in np.unique(accounts // block):
        members = number * block + np.arange(block)
        order = np.argsort(np.argsort(hashes(seed, kind, members)))
        inside = accounts // block == number
        places[inside] = order[accounts[inside] % block] / block
    return places


@dataclass(frozen=True, slots=True)
class Dice:
    """The numbers of one account, each looked up by kind and index."""

    seed: int
    account: int

    def bits(self, kind: str, *index: int) -> int:
        state = _origin(self.seed, kind)
        for part in (self.account, *index):
            state = ((state ^ (part & _MASK)) + _STEP) & _MASK
            state = ((state ^ (state >> 30)) * _FIRST) & _MASK
            state = ((state ^ (state >> 27)) * _SECOND) & _MASK
            state ^= state >> 31
        return state

    def uniform(self, kind: str, *index: int) -> float:
        return ((self.bits(kind, *index) >> 11) + 0.5) * _UNIT

    def between(self, low: float, high: float, kind: str, *index: int) -> float:
        return low + (high - low) * self.uniform(kind, *index)

    def normal(self, kind: str, *index: int) -> float:
        radius = math.sqrt(-2.0 * math.log(self.uniform(kind + ":radius", *index)))
        return radius * math.cos(2.0 * math.pi * self.uniform(kind + ":angle", *index))

    def poisson(self, mean: float, kind: str, *index: int) -> int:
        """Inversion of the distribution function: fit for means up to some hundred."""
        left = self.uniform(kind, *index)
        count, probability = 0, math.exp(-mean)
        while left > probability and count < 10 * mean + 50:
            left -= probability
            count += 1
            probability *= mean / count
        return count

    def pick(self, options: Sequence[Option], kind: str, *index: int) -> Option:
        return options[self.bits(kind, *index) % len(options)]

    def weighted(self, weights: dict[str, float], kind: str, *index: int) -> str:
        """One of the keys, by weight."""
        left = self.uniform(kind, *index) * sum(weights.values())
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        return option

    def moment(self, start: datetime, end: datetime, kind: str, *index: int) -> datetime:
        """An instant in [start, end), to the second."""
        seconds = (end - start).total_seconds() * self.uniform(kind, *index)
        return start + timedelta(seconds=int(seconds))


def sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
