"""Which features an account uses in a month, and who there uses them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.draws import hashes, uniform
from ingestion.sandbox.company.health import Health
from ingestion.sandbox.company.price_list import items_of
from ingestion.sandbox.company.story import Story

# Share of the active people who take part in a feature that their account uses.
PEOPLE_ON_VALUE_ACTIONS, PEOPLE_ON_OTHERS = 0.55, 0.25


@dataclass(frozen=True)
class FeatureUse:
    """`used`: people x features; `is_value_action`: by feature."""

    used: NDArray[np.bool_]
    is_value_action: NDArray[np.bool_]


@dataclass(frozen=True)
class FeatureArrays:
    """The catalogue's features as arrays; `area` is the core area's number, -1 outside them."""

    area: NDArray[np.int64]
    is_key: NDArray[np.bool_]
    is_value_action: NDArray[np.bool_]
    areas: int
    fallback: int


@lru_cache(maxsize=1)
def _arrays(sold: Catalogue) -> FeatureArrays:
    core = sorted({feature.area for feature in sold.features if feature.is_core})
    area = np.array([core.index(f.area) if f.is_core else -1 for f in sold.features])
    value = np.array([feature.is_value_action for feature in sold.features])
    return FeatureArrays(
        area=area,
        is_key=np.array([feature.is_key for feature in sold.features]),
        is_value_action=value,
        areas=len(core),
        fallback=int(np.flatnonzero(value & (area < 0))[0]),
    )


def entitled(stories: list[Story], clock: Clock, month: int, sold: Catalogue) -> NDArray[np.bool_]:
    """Accounts x features: bought at the start of the month, or the account's first one."""
    begins, _ = clock.month(month)
    result = np.zeros((len(stories), len(sold.features)), dtype=bool)
    for row, story in enumerate(stories):
        items = items_of(story.account)
        add_ons = [i.add_on_code for i in items if i.add_on_code and i.since <= begins]
        names = sold.entitled(story.account.plan_code, add_ons)
        result[row] = [feature.name in names for feature in sold.features]
    return result


def person_features(
    seed: int,
    stories: list[Story],
    health: Health,
    clock: Clock,
    month: int,
    row: NDArray[np.int64],
    people: NDArray[np.int64],
    active: NDArray[np.bool_],
    sold: Catalogue,
) -> FeatureUse:
    arrays, number = _arrays(sold), clock.origin + month
    index = np.array([story.account.index for story in stories])
    bought = entitled(stories, clock, month, sold)
    lag = health.lagged(1)[:, month]
    ramp = 1.0 - np.exp(-(np.maximum(health.age[:, month], 0) + 1) / 3)
    share = 0.08 + 0.30 / (1.0 + np.exp(-lag)) * ramp
    anchors, closed = _core_areas(seed, stories, lag, bought, index, number, arrays)
    holds_key = uniform(seed, "feature:key", people, number) < share[row]
    users = np.bincount(row[active], minlength=len(stories))
    keys = bought & arrays.is_key
    key_count = keys.sum(axis=1)
    expected = key_count * (1 - (1 - share / np.maximum(key_count, 1)) ** users)
    # What the share leaves for the features that are neither core nor key.
    others = bought & ~arrays.is_key & ~anchors & ~closed
    wanted = share * bought.sum(axis=1) - anchors.sum(axis=1) - expected
    chance = np.clip(wanted / np.maximum(others.sum(axis=1), 1), 0.02, 0.95)
    features = np.arange(len(sold.features))
    lucky = uniform(seed, "feature:used", index[:, None], number, features[None, :])
    in_use = anchors | (others & (lucky < chance[:, None]))
    in_use[:, arrays.fallback] |= ~anchors.any(axis=1)

    part = np.where(arrays.is_value_action, PEOPLE_ON_VALUE_ACTIONS, PEOPLE_ON_OTHERS)
    takes = uniform(seed, "feature:person", people[:, None], number // 3, features[None, :]) < part
    used = takes & in_use[row] & active[:, None]
    used |= _somebody(seed, row, people, active, number, len(stories))[:, None] & in_use[row]
    used |= _key_use(seed, row, people, active & holds_key, keys, number)
    # A person is active by a value action: who has none takes the account's first one.
    first = np.argmax(in_use & arrays.is_value_action, axis=1)
    without = active & ~(used & arrays.is_value_action).any(axis=1)
    used[np.flatnonzero(without), first[row[without]]] = True
    return FeatureUse(used, arrays.is_value_action)


def _core_areas(
    seed: int,
    stories: list[Story],
    lag: NDArray[np.float64],
    bought: NDArray[np.bool_],
    index: NDArray[np.int64],
    number: int,
    arrays: FeatureArrays,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The value action that stands for each core area in use, and those of areas not in use."""
    bias = np.array([story.account.usage_bias for story in stories])
    chance = 1.0 / (1.0 + np.exp(-(1.5 + 0.9 * (lag + bias))))
    areas = np.arange(arrays.areas)
    opened = uniform(seed, "area:used", index[:, None], number, areas[None, :]) < chance[:, None]
    anchors, closed = np.zeros_like(bought), np.zeros_like(bought)
    rows = np.arange(len(index))
    for area in areas:
        own = bought & (arrays.area == area) & arrays.is_value_action
        # The account's favourite among those that it has bought.
        rank = hashes(seed, "area:favourite", index[:, None], np.arange(bought.shape[1])[None, :])
        favourite = np.argmax(np.where(own, rank, 0), axis=1)
        anchors[rows, favourite] |= opened[:, area] & own.any(axis=1)
        closed |= own & ~opened[:, [area]]
    return anchors, closed


def _somebody(
    seed: int,
    row: NDArray[np.int64],
    people: NDArray[np.int64],
    active: NDArray[np.bool_],
    number: int,
    accounts: int,
) -> NDArray[np.bool_]:
    """One active person per account, who uses all that the account uses: nothing gets lost."""
    rank = np.where(active, uniform(seed, "feature:somebody", people, number), 2.0)
    best = np.full(accounts, 2.0)
    np.minimum.at(best, row, rank)
    return active & (rank == best[row])


def _key_use(
    seed: int,
    row: NDArray[np.int64],
    people: NDArray[np.int64],
    holds_key: NDArray[np.bool_],
    keys: NDArray[np.bool_],
    number: int,
) -> NDArray[np.bool_]:
    """One of the bought key features for everybody who uses any."""
    features = np.arange(keys.shape[1])
    rank = uniform(seed, "feature:which_key", people[:, None], number, features[None, :])
    rank = np.where(keys[row], rank, -1.0)
    chosen = np.zeros_like(rank, dtype=bool)
    chosen[np.arange(len(row)), np.argmax(rank, axis=1)] = True
    return chosen & keys[row] & holds_key[:, None]
