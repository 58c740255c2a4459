"""Every account and month: what the oracles say against what was published."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from tests.metric_oracles import (
    adoption,
    advocacy,
    engagement,
    journey,
    payment,
    relationship,
    sentiment,
    support,
    usage,
)
from tests.metric_oracles.seeds import seed
from tests.metric_oracles.states import KEYS
from tests.metric_oracles.world import World

MODULES = (
    adoption, usage, engagement, relationship, sentiment, support, payment, journey, advocacy
)  # fmt: skip
# Metric -> its oracle: whatever a module calls like a metric of the catalogue.
ORACLES: dict[str, Callable[[World], pd.DataFrame]] = {
    metric: vars(module)[metric]
    for module in MODULES
    for metric in seed("metrics").metric
    if metric in vars(module)
}
PUBLISHED_VALUES = """
    select distinct account_id, score_month, value, value_state as state
    from marts.fct_health_metrics_monthly
    where metric = $metric and is_official
"""
PUBLISHED_REVENUE = """
    select account_id, score_month, mrr as value, 'observed' as state
    from marts.fct_health_scores_monthly
"""


def published_values(database: Path, metric: str) -> pd.DataFrame:
    return _published(database, PUBLISHED_VALUES, metric=metric)


def published_revenue(database: Path) -> pd.DataFrame:
    return _published(database, PUBLISHED_REVENUE)


def _published(database: Path, query: str, **parameters: str) -> pd.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(query, parameters).df()
    return rows.assign(score_month=rows.score_month.dt.date).set_index(KEYS)


def expected_revenue(world: World) -> pd.DataFrame:
    """MRR, blank for an account that Recurly does not know."""
    mrr = world.months.mrr.where(world.months.on_recurly)
    return pd.DataFrame({"value": mrr, "state": "observed"})


def as_published(
    oracle: Callable[[World], pd.DataFrame], worlds: dict[date, World]
) -> pd.DataFrame:
    """What an oracle says of each month by the world in which it was computed last; `worlds` by the
    first month that was: what is recorded later does not change what is closed."""
    starts = sorted(worlds)
    parts = []
    for start, end in zip(starts, [*starts[1:], date.max], strict=True):
        told = oracle(worlds[start])
        months = told.index.get_level_values("score_month")
        parts.append(told[(months >= start) & (months < end)])
    return pd.concat(parts)


def differences(expected: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Rows that only one side has, whose state differs, or whose value does by more than 1e-9 of
    it: the order of a summation is free."""
    both = expected.add_suffix("_expected").join(published.add_suffix("_published"), how="outer")
    apart = (both.value_expected - both.value_published).abs()
    is_near = apart <= 1e-9 * both.value_expected.abs().clip(lower=1)
    has_none = both.value_expected.isna() & both.value_published.isna()
    return both[(both.state_expected != both.state_published) | ~(is_near | has_none)]
