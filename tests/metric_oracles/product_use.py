"""Who did what in the product on which local day, by the simulation; and by month and window."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.draws import uniform
from ingestion.sandbox.company.health import Health
from ingestion.sandbox.company.local_days import TIME_ZONE, LocalDays, epoch_ms, local_days
from ingestion.sandbox.company.pendo_metadata import visitor_records
from ingestion.sandbox.company.pendo_tables import NO_ACCOUNT
from ingestion.sandbox.company.polls import poll_events, survey_months
from ingestion.sandbox.company.product_events import (
    ANY_FEATURE,
    EventRows,
    before,
    concatenate,
    month_rows,
)
from ingestion.sandbox.company.product_people import DO_NOT_PROCESS, identities
from ingestion.sandbox.company.product_usage import simulate_usage
from ingestion.sandbox.company.story import Story

if TYPE_CHECKING:
    from tests.metric_oracles.world import World

ZONE = ZoneInfo(TIME_ZONE)


@dataclass(frozen=True)
class Product:
    """`use`: one row per person, local day and feature (blank: the visit itself, with its minutes),
    without who refuses to be processed. `visitors` and `answers`: everybody."""

    use: pd.DataFrame
    visitors: list[dict]
    answers: list[dict]


def simulate_product(seed: int, stories: list[Story], health: Health, clock: Clock) -> Product:
    days, as_of_ms, waves = local_days(clock), epoch_ms(clock.as_of), survey_months(clock)
    parts, answers = [], []
    for use in simulate_usage(seed, stories, health, clock, days, read_catalogue()):
        parts.append(before(month_rows(seed, use), days, seed, as_of_ms))
        if use.month in waves:
            answers += poll_events(seed, stories, health, clock, days, use, as_of_ms)
    rows = concatenate(parts)
    return Product(
        _use(seed, stories, rows, days),
        visitor_records(seed, stories, rows, days, clock.as_of),
        answers,
    )


def _use(seed: int, stories: list[Story], rows: EventRows, days: LocalDays) -> pd.DataFrame:
    features = pd.DataFrame(
        [(f.name, f.is_key, f.is_value_action) for f in read_catalogue().features]
        # A visit and a sign-in are no features of the catalogue.
        + [(None, False, False)],
        columns=["feature", "is_key", "is_value_action"],
    )
    feature = np.where(rows.feature < 0, len(features) - 1, rows.feature)
    use = features.iloc[feature].reset_index(drop=True)
    dates = pd.to_datetime(days.start_ms, unit="ms", utc=True).tz_convert(TIME_ZONE)
    use["account_id"] = np.array([s.account.account_id for s in stories])[rows.row]
    use["person"] = identities(seed, rows.person)
    use["day"] = dates.tz_localize(None).normalize()[rows.day]
    use["value_actions"] = np.where(use.is_value_action, rows.events, 0)
    use["minutes"] = np.where(rows.feature == ANY_FEATURE, rows.minutes, 0)
    # What names no account is nobody's.
    nameless = uniform(seed, "dirt:no_account", rows.person, rows.day, rows.feature) < NO_ACCOUNT
    refuses = uniform(seed, "person:donotprocess", use.person) < DO_NOT_PROCESS
    return use[~nameless & ~refuses].sort_values("day", ignore_index=True)


def _local_date(instant: datetime) -> date:
    return instant.replace(tzinfo=UTC).astimezone(ZONE).date()


def product_end(t: datetime, as_of: datetime) -> datetime:
    """Where windows end: in the month in progress with the last local day that is over."""
    if t < as_of:
        return t
    midnight = datetime.combine(_local_date(t), time(), ZONE)
    return midnight.astimezone(UTC).replace(tzinfo=None)


def local_dates(end: datetime, days: int, earlier: int = 0) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The local dates [first, next) of a window, `earlier` windows before the one that ends at
    `end`: only there does the last day have to be over, earlier ones follow on each other."""
    first = (end - timedelta(days=days * (1 + earlier))).date()
    after = (end - timedelta(days=days * earlier)).date() if earlier else _local_date(end)
    return pd.Timestamp(first), pd.Timestamp(after)


@cache
def use_in(world: "World", days: int, earlier: int = 0) -> pd.DataFrame:
    """The rows of `use` in each score month's window."""
    use, parts = world.product.use, []
    instants = world.months.t.groupby("score_month").first()
    for month, t in instants.items():
        end = product_end(t.to_pydatetime(), world.as_of)
        low, high = use.day.searchsorted(local_dates(end, days, earlier))
        parts.append(use.iloc[low:high].assign(score_month=month))
    return pd.concat(parts)


@cache
def people_in(world: "World", days: int, earlier: int = 0) -> pd.DataFrame:
    """One row per account, month and person with any activity in the window."""
    return (
        use_in(world, days, earlier)
        .groupby(["account_id", "score_month", "person"])
        .agg(
            value_actions=("value_actions", "sum"),
            uses_key_feature=("is_key", "any"),
            active_days=("day", "nunique"),
            minutes=("minutes", "sum"),
        )
        .assign(is_active=lambda people: people.value_actions > 0)
        .reset_index("person")
    )
