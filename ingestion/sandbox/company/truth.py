"""What only the simulation knows about a customer: for oracles in tests, never for the APIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingestion.sandbox.company.clock import month_start
from ingestion.sandbox.company.identity import evidence, vendors_of
from ingestion.sandbox.company.onboarding import milestones
from ingestion.sandbox.company.payments import pays_manually
from ingestion.sandbox.company.story import Story

SUCCESSOR_WITHIN_DAYS = 30


@dataclass(frozen=True)
class AccountTruth:
    """`health`: h by first day of month. `paid`: (from, until) of each paid subscription, until is
    None while it is open as far as is known. `churned_at`: ends without a successor within 30 days.
    `links`: vendor -> state of its identity evidence, without vendors that have no record."""

    index: int
    account_id: str
    company_id: str
    is_test: bool
    is_watermelon: bool
    is_mirror: bool
    is_flat: bool
    is_annual: bool
    pays_manually: bool
    has_milestones: bool
    health: dict[datetime, float]
    paid: tuple[tuple[datetime, datetime | None], ...]
    churned_at: tuple[datetime, ...]
    links: dict[str, str]


def tell_truth(story: Story, as_of: datetime) -> AccountTruth:
    account, clock = story.account, story.clock
    paid = tuple(
        (life.paid_from, life.known_end(as_of)) for life in story.lives if life.paid_from < as_of
    )
    ends = [until for _, until in paid if until is not None and until < as_of]
    starts = [since for since, _ in paid]
    churned = tuple(
        end
        for end in ends
        if not any(
            0 <= (since - end).total_seconds() < SUCCESSOR_WITHIN_DAYS * 86400 for since in starts
        )
    )
    first = clock.month_of(account.starts_at)
    return AccountTruth(
        index=account.index,
        account_id=account.account_id,
        company_id=account.company_id,
        is_test=account.is_test,
        is_watermelon=account.disguise > 0,
        is_mirror=account.disguise < 0,
        is_flat=account.is_flat,
        is_annual=account.is_annual,
        pays_manually=pays_manually(account),
        has_milestones=bool(milestones(story)),
        health={
            month_start(clock.origin + month): float(story.level[month])
            for month in range(first, clock.length)
            if month_start(clock.origin + month) < as_of
        },
        paid=paid,
        churned_at=churned,
        links={vendor: evidence(account, vendor).case for vendor in vendors_of(account)},
    )
