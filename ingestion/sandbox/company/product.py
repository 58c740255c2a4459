"""Everything that Pendo shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.health import Health
from ingestion.sandbox.company.local_days import epoch_ms, local_days
from ingestion.sandbox.company.pendo_definitions import (
    feature_records,
    guide_records,
    track_type_records,
)
from ingestion.sandbox.company.pendo_metadata import account_records, visitor_records
from ingestion.sandbox.company.pendo_tables import dress, event_tables
from ingestion.sandbox.company.polls import in_order, poll_events, survey_months
from ingestion.sandbox.company.product_events import before, concatenate, month_rows
from ingestion.sandbox.company.product_usage import active_share, simulate_usage
from ingestion.sandbox.company.story import Story


def simulate_product(
    seed: int, stories: list[Story], health: Health, clock: Clock, sold: Catalogue
) -> tuple[dict, NDArray[np.float64]]:
    """Pendo's records and tables, and each account's share of seats in use by month."""
    days, as_of_ms = local_days(clock), epoch_ms(clock.as_of)
    waves, parts, polls = survey_months(clock), [], []
    for use in simulate_usage(seed, stories, health, clock, days, sold):
        parts.append(before(month_rows(seed, use), days, seed, as_of_ms))
        if use.month in waves:
            polls += poll_events(seed, stories, health, clock, days, use, as_of_ms)
    rows = concatenate(parts)
    pendo = {
        "accounts": account_records(stories, rows, days, clock.as_of),
        "visitors": visitor_records(seed, stories, rows, days, clock.as_of),
        "features": feature_records(sold),
        "trackTypes": track_type_records(sold),
        "guides": guide_records(),
        "pollEvents": in_order(polls),
        **event_tables(seed, stories, dress(seed, stories, rows), days, sold),
    }
    return pendo, active_share(stories, health, clock)
