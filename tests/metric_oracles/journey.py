"""Journey: how far the account has come since its first paid day."""

from datetime import datetime

import pandas as pd

from ingestion.sandbox.company.onboarding import milestone_records
from tests.metric_oracles.product_use import local_dates, product_end
from tests.metric_oracles.states import counted, judged, within
from tests.metric_oracles.world import World

# The first load asks for 32 months of product events, by whole local days.
EVENTS_LOADED_FROM = datetime(2024, 3, 1, 5)


def milestone_completion_rate(world: World) -> pd.DataFrame:
    """Due and completed on days before that of t; known from when the milestone was recorded."""
    months = world.months
    records = [r for s in world.customers for r in milestone_records(s, world.as_of)]
    defined = pd.DataFrame(records).rename(
        columns={"Account__c": "account_id", "CreatedDate": "at"}
    )
    defined = within(months, defined)
    due = defined[pd.to_datetime(defined.Due_Date__c) < defined.t]
    done = pd.to_datetime(due.Completed_Date__c) < due.t
    return judged(
        months,
        done.groupby([due.account_id, due.score_month]).mean(),
        not_sold=months.age >= 365,
        not_recorded=counted(months, defined) == 0,
        too_little=counted(months, due) == 0,
    )


def days_to_first_value(world: World) -> pd.DataFrame:
    months, use = world.months, world.product.use
    first = use[use.is_value_action].groupby("account_id").day.min()
    first = first.reindex(months.index.get_level_values("account_id")).set_axis(months.index)
    ends = [product_end(t.to_pydatetime(), world.as_of) for t in months.t]
    over = [local_dates(end, days=1)[1] for end in ends]
    came = first < pd.Series(over, index=months.index)
    days = (first - months.first_paid.dt.normalize()).dt.days.clip(lower=0)
    return judged(
        months,
        days.where(came, months.age),
        unmapped=~months.on_pendo,
        late=months.first_paid < EVENTS_LOADED_FROM,
        too_little=~came & (months.age < 14),
    )


def tenure_months(world: World) -> pd.DataFrame:
    months = world.months
    days = months.first_paid.dt.normalize()
    crossed = (months.t.dt.year - days.dt.year) * 12 + months.t.dt.month - days.dt.month
    full = [
        day + pd.DateOffset(months=count) <= t
        for day, count, t in zip(days, crossed, months.t, strict=True)
    ]
    return judged(months, crossed - (~pd.Series(full, index=months.index)).astype(int))
