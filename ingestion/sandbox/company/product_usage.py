"""What people do in the product, month by month: who is active, when, and with which features.

Everything is computed for all accounts at once, one month at a time: arrays over accounts (A),
seats in use (P) and features (F).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.clock import DEFAULT_AS_OF, Clock, month_number
from ingestion.sandbox.company.draws import normal, uniform
from ingestion.sandbox.company.features_in_use import FeatureUse, person_features
from ingestion.sandbox.company.health import Health
from ingestion.sandbox.company.local_days import LocalDays
from ingestion.sandbox.company.product_people import Seats, all_seats, generations, inclination
from ingestion.sandbox.company.story import Story

# Two months in which everybody used less, seven and eight months before the default clock.
INCIDENT = (month_number(DEFAULT_AS_OF) - 8, month_number(DEFAULT_AS_OF) - 7)
INCIDENT_FACTOR = 0.8
SEASON = {11: 0.75, 7: 0.90}
WEEKDAYS = np.array([1.0, 1.05, 1.05, 1.0, 0.85, 0.10, 0.08])
ONLY_LOOKS = 0.15


@dataclass(frozen=True)
class MonthOfUse:
    """One month. Arrays by person who was there (P): `order` holds the month's days, of which the
    first `days` are those with activity; `actions` counts value actions, 0 for who only looked;
    `use` says who used which feature."""

    month: int
    row: NDArray[np.int64]
    people: NDArray[np.int64]
    days: NDArray[np.int64]
    order: NDArray[np.int64]
    actions: NDArray[np.int64]
    use: FeatureUse


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-values))


def ramp(age: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far an account has rolled the product out, by its age in months."""
    return 1.0 - np.exp(-(np.maximum(age, 0) + 1) / 3)


def active_share(stories: list[Story], health: Health, clock: Clock) -> NDArray[np.float64]:
    """Probability of a seat to be in use, accounts x months."""
    bias = np.array([story.account.usage_bias for story in stories])[:, None]
    share = _sigmoid(0.95 + 0.8 * (health.lagged(1) + bias)) * ramp(health.age)
    months = clock.origin + np.arange(clock.length)
    return share * np.where(np.isin(months, INCIDENT), INCIDENT_FACTOR, 1.0)


def days_alive(stories: list[Story], days: LocalDays) -> NDArray[np.bool_]:
    """Accounts x days: whether a subscription or trial was running at the middle of the day."""
    noon = days.start_ms / 1000 + 12 * 3600
    alive = np.zeros((len(stories), len(noon)), dtype=bool)
    for row, story in enumerate(stories):
        for life in story.lives if story.account.has_pendo else []:
            begins = np.datetime64(life.activated_at, "s").astype(np.int64)
            ends = np.inf if life.ends_at is None else np.datetime64(life.ends_at, "s").astype(int)
            alive[row] |= (noon >= begins) & (noon < ends)
    return alive


def simulate_usage(
    seed: int, stories: list[Story], health: Health, clock: Clock, days: LocalDays, sold: Catalogue
) -> Iterator[MonthOfUse]:
    seats = all_seats(seed, stories)
    first = np.array([clock.month_of(story.account.starts_at) for story in stories])
    holders = generations(seats, clock, first)
    share, alive = active_share(stories, health, clock), days_alive(stories, days)
    inverse = np.vectorize(NormalDist().inv_cdf)
    threshold = inverse(np.clip(share, 1e-9, 1 - 1e-9))
    for month in range(clock.month_of(clock.events_from), clock.length):
        of_month = days.of_month(month)
        begins, _ = clock.month(month)
        if begins - timedelta(days=1) >= clock.as_of:
            return
        sold_seats = np.array([story.seats.at(begins) for story in stories])
        usable = alive[:, of_month].any(axis=1)[seats.row] & (seats.place < sold_seats[seats.row])
        chosen = np.flatnonzero(usable)
        if len(chosen):
            yield _month(
                seats, chosen, holders[month], threshold[:, month], stories, health, clock, month,
                of_month, alive, days, sold,
            )  # fmt: skip


def _month(
    seats: Seats,
    chosen: NDArray[np.int64],
    holders: NDArray[np.int64],
    threshold: NDArray[np.float64],
    stories: list[Story],
    health: Health,
    clock: Clock,
    month: int,
    of_month: NDArray[np.int64],
    alive: NDArray[np.bool_],
    days: LocalDays,
    sold: Catalogue,
) -> MonthOfUse:
    seed, number = seats.seed, clock.origin + month
    row, people = seats.row[chosen], seats.people(holders)[chosen]
    active = inclination(seats, people, number)[:] < threshold[row]
    looks = ~active & (uniform(seed, "person:looks", people, number) < ONLY_LOOKS)
    there = active | looks
    row, people, active = row[there], people[there], active[there]

    bias = np.array([story.account.usage_bias for story in stories])
    level = health.lagged(1)[:, month] + bias
    mean_days = 8 + 2.2 * level[row] + 2 * normal(seed, "person:days", people, number)
    wanted = np.where(active, np.clip(np.rint(mean_days), 1, 20), 0).astype(np.int64)
    glances = 1 + (uniform(seed, "person:glances", people, number) * 2).astype(np.int64)
    wanted = np.where(active, wanted, glances)
    # The days with the smallest times of an exponential race: chosen by weight, none twice.
    race = -np.log(uniform(seed, "person:day", people[:, None], number, of_month[None, :]))
    race = race / WEEKDAYS[days.weekday[of_month]][None, :]
    race = np.where(alive[row][:, of_month], race, np.inf)
    order = np.argsort(race, axis=1)
    # Who joins or leaves in the middle of the month has fewer days to be there.
    present = np.isfinite(race).sum(axis=1)
    kept = np.minimum(np.ceil(wanted * present / len(of_month)), present).astype(np.int64)

    noise = 0.35 * normal(
        seed, "account:actions", np.array([s.account.index for s in stories]), number
    )
    mean = np.exp(3.15 + 0.35 * level + noise)[row] * SEASON.get(number % 12, 1.0)
    # Heavy-tailed by person, with mean 1.
    mean = mean * np.exp(0.7 * normal(seed, "person:weight", people) - 0.245)
    drawn = np.rint(mean + np.sqrt(mean) * normal(seed, "person:actions", people, number))
    actions = np.where(active, np.maximum(drawn, 1), 0).astype(np.int64)
    use = person_features(seed, stories, health, clock, month, row, people, active, sold)
    return MonthOfUse(month, row, people, kept, of_month[order], actions, use)
