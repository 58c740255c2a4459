"""The simulated world as its own code tells it, before it is dressed up as records of vendors."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.crm_accounts import created_at
from ingestion.sandbox.company.health import Health, simulate_health
from ingestion.sandbox.company.identity import pendo_account_id
from ingestion.sandbox.company.product_usage import active_share
from ingestion.sandbox.company.seat_changes import simulate_seats
from ingestion.sandbox.company.simulation import TEST_ACCOUNTS
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.subscription_lives import simulate_lives
from ingestion.sandbox.company.tickets import Ticket, simulate_tickets
from ingestion.sandbox.company.traits import FIRST_TEST_ACCOUNT, simulate_traits
from tests.metric_oracles.account_months import account_months
from tests.metric_oracles.crm_parents import is_known
from tests.metric_oracles.product_use import Product, simulate_product

SEED, MONTHS = 7, 24
FIRST_MONTH = date(2024, 11, 1)


@dataclass(frozen=True, eq=False)
class World:
    """`customers`: whoever the CRM knows and is no test account. `months`: one row per account and
    month to be scored. `tickets`: with the account that asked."""

    as_of: datetime
    customers: list[Story]
    months: pd.DataFrame
    product: Product
    tickets: list[tuple[Story, Ticket]]

    @property
    def tenants(self) -> dict[str, str]:
        """Pendo's name of each account."""
        return {pendo_account_id(s.account): s.account.account_id for s in self.customers}


def simulate_world(accounts: int, as_of: datetime) -> World:
    """The world behind a sandbox of so many accounts at `as_of` (naive UTC)."""
    clock = Clock(as_of, MONTHS)
    stories, health = _stories(accounts, clock)
    is_there = [
        not s.account.is_test and created_at(s) < as_of and is_known(s, as_of) for s in stories
    ]
    known = [story for story, is_one in zip(stories, is_there, strict=True) if is_one]
    share = active_share(stories, health, clock)[is_there]
    return World(
        as_of=as_of,
        customers=known,
        months=account_months(known, FIRST_MONTH, as_of),
        product=simulate_product(SEED, stories, health, clock),
        tickets=[
            (story, ticket)
            for story, levels in zip(known, share, strict=True)
            for ticket in simulate_tickets(story, levels.tolist())
            if ticket.created_at < as_of
        ],
    )


def _stories(accounts: int, clock: Clock) -> tuple[list[Story], Health]:
    """As simulate() makes them; what it returns is only what the vendors show of them."""
    indices = [*range(accounts), *range(FIRST_TEST_ACCOUNT, FIRST_TEST_ACCOUNT + TEST_ACCOUNTS)]
    traits = simulate_traits(SEED, indices, clock, read_catalogue())
    health = simulate_health(SEED, traits, clock)
    recent, lag = health.recent(), health.lagged(1)
    stories = []
    for row, account in enumerate(traits):
        lives = simulate_lives(account, recent[row], clock)
        seats = simulate_seats(account, health.level[row], lives, clock)
        path = (health.level[row], lag[row], health.shock[row], health.left[row])
        stories.append(Story(account, clock, *path, lives, seats))
    return stories, health
