"""Who uses the product: seats held by people who stay for years and are replaced one day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.clock import Clock, month_start
from ingestion.sandbox.company.draws import hashes, normal, shares, uniform
from ingestion.sandbox.company.story import Story

LEAVES_A_QUARTER = 0.05
# Weight of the lasting part of a person's inclination to use the product, against the month's.
STEADINESS = 0.8
SHARED_PERSON = 0.01
DO_NOT_PROCESS = 0.003
# A person's key: account, seat and how many held the seat before, in one number.
_PER_ACCOUNT, _PER_SEAT = 10**7, 10**2


@dataclass(frozen=True)
class Seats:
    """Every seat that was ever sold, as arrays by seat: `row` is the account's position."""

    seed: int
    row: NDArray[np.int64]
    account: NDArray[np.int64]
    place: NDArray[np.int64]

    def people(self, generation: NDArray[np.int64]) -> NDArray[np.int64]:
        """The key of whoever holds each seat."""
        return self.account * _PER_ACCOUNT + self.place * _PER_SEAT + generation


def all_seats(seed: int, stories: list[Story]) -> Seats:
    counts = [max(story.seats.seats) for story in stories]
    row = np.repeat(np.arange(len(stories)), counts)
    index = np.array([story.account.index for story in stories], dtype=np.int64)
    place = np.concatenate([np.arange(count) for count in counts]) if counts else row
    return Seats(seed, row, index[row] if len(stories) else row, place)


def generations(seats: Seats, clock: Clock, first_month: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each seat changed hands before each month: months x seats."""
    result = np.zeros((clock.length, len(seats.row)), dtype=np.int64)
    for month in range(1, clock.length):
        number = clock.origin + month
        result[month] = result[month - 1]
        if number % 3 == 0:
            leaves = uniform(seats.seed, "person:leaves", seats.account, seats.place, number)
            counts = month > first_month[seats.row]
            result[month] += (leaves < LEAVES_A_QUARTER) & counts
    return result


def inclination(seats: Seats, people: NDArray[np.int64], number: int) -> NDArray[np.float64]:
    """A standard normal per person and month, most of it lasting."""
    lasting = normal(seats.seed, "person:inclination", people)
    passing = normal(seats.seed, "person:month", people, number)
    return STEADINESS * lasting + np.sqrt(1 - STEADINESS**2) * passing


def split_person(people: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """(account index, seat, generation) of each key."""
    return people // _PER_ACCOUNT, people % _PER_ACCOUNT // _PER_SEAT, people % _PER_SEAT


def identities(seed: int, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """The key of the person whose name and login each key goes by.

    1 % of the accounts come in pairs with one person in both: the first seat of the odd account is
    held by whoever holds it in the even one.
    """
    account, seat, generation = split_person(people)
    shared = (account % 2 == 1) & (seat == 0) & (generation == 0)
    paired = shares(seed, "share:person", account // 2, block=100) < SHARED_PERSON
    return np.where(shared & paired, people - _PER_ACCOUNT, people)


def is_shared(seed: int, account: int) -> bool:
    return bool(shares(seed, "share:person", account // 2, block=100)[0] < SHARED_PERSON)


def visitor_id(seed: int, people: NDArray[np.int64]) -> NDArray[np.str_]:
    """Opaque login names; the same for the same person."""
    keys = hashes(seed, "visitor", identities(seed, people))
    return np.array([f"u-{key:016x}" for key in keys.tolist()])


def quarter_start(number: int) -> float:
    """Epoch seconds at the start of the quarter that contains month `number`."""
    return (month_start(number - number % 3) - month_start(1970 * 12)).total_seconds()
