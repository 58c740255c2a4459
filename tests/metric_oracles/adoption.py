"""Adoption: which of what was sold is used, by whom and to what end."""

import pandas as pd

from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.realised_value import value_path
from tests.metric_oracles.product_use import people_in, use_in
from tests.metric_oracles.states import KEYS, counted, judged, latest, within
from tests.metric_oracles.usage import per_person, per_seat, relative_change
from tests.metric_oracles.world import World


def core_area_adoption_rate(world: World) -> pd.DataFrame:
    months, use = world.months, use_in(world, 28)
    used = _features(months, use[use.is_value_action])
    return _share_of_entitled(
        months,
        [
            (_core_areas(features & entitled), _core_areas(entitled))
            for features, entitled in zip(used, months.entitled, strict=True)
        ],
    )


def feature_adoption_rate(world: World) -> pd.DataFrame:
    """Of at least three features, entitled for 60 days."""
    months, use = world.months, use_in(world, 28)
    used = _features(months, use.dropna(subset="feature"))
    pairs = [(features & old, old) for features, old in zip(used, months.established, strict=True)]
    return _share_of_entitled(months, pairs, at_least=3)


def _features(months: pd.DataFrame, use: pd.DataFrame) -> list[set[str]]:
    used = use.groupby(KEYS).feature.agg(set).to_dict()
    return [used.get(account_month, set()) for account_month in months.index]


def _core_areas(features: set[str]) -> set[str]:
    return {f.area for f in read_catalogue().features if f.is_core and f.name in features}


def _share_of_entitled(
    months: pd.DataFrame, pairs: list[tuple[set[str], set[str]]], at_least: int = 1
) -> pd.DataFrame:
    """`pairs`: what was used of what was sold, by account and month."""
    counts = pd.DataFrame(
        [(len(used), len(sold)) for used, sold in pairs], months.index, ["used", "sold"]
    )
    return judged(
        months,
        counts.used / counts.sold.where(counts.sold > 0),
        unmapped=~months.on_pendo | ~months.on_recurly,
        too_little=(months.age < 28) | (counts.sold < at_least),
    )


def key_feature_user_rate(world: World) -> pd.DataFrame:
    months, people = world.months, people_in(world, 28)
    users = people[people.is_active].groupby(KEYS).uses_key_feature.mean()
    return per_seat(months, users.reindex(months.index).fillna(0), at_least=3)


def key_feature_users_change(world: World) -> pd.DataFrame:
    months = world.months
    now, before = (
        counted(months, people[people.uses_key_feature])
        for people in (people_in(world, 90), people_in(world, 90, 1))
    )
    return judged(months, now - before, unmapped=~months.on_pendo, too_little=months.age < 56)


def value_actions_per_user(world: World) -> pd.DataFrame:
    people = people_in(world, 28)
    users = people[people.is_active]
    return per_person(world.months, users.value_actions.clip(upper=200).groupby(KEYS).mean())


def value_actions_change(world: World) -> pd.DataFrame:
    months = world.months
    totals = [
        people_in(world, 28, earlier).value_actions.groupby(KEYS).sum()
        .reindex(months.index, fill_value=0)
        for earlier in range(4)
    ]  # fmt: skip
    return relative_change(months, totals, at_least=20)


def realised_roi_ratio(world: World) -> pd.DataFrame:
    """What the CSM last wrote down, dated by the day."""
    months = world.months
    stated = pd.DataFrame(
        [
            (story.account.account_id, at, value)
            for story in world.customers
            for at, value in value_path(story)
        ],
        columns=["account_id", "at", "realised"],
    )
    last = latest(within(months, stated)).reindex(months.index)
    return judged(
        months,
        last.realised / (12 * months.mrr.replace(0, float("nan"))),
        unmapped=~months.on_recurly,
        not_recorded=months.mrr == 0,
        too_little=last.realised.isna(),
        stale=months.t - last["at"].dt.normalize() > pd.Timedelta(days=365),
    )
