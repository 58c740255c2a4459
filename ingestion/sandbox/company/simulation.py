"""The simulated company: what the four systems show at an instant, and the truth behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ingestion.sandbox.company.billing import simulate_billing
from ingestion.sandbox.company.catalogue import read_catalogue
from ingestion.sandbox.company.clock import DEFAULT_AS_OF, Clock
from ingestion.sandbox.company.crm import simulate_crm
from ingestion.sandbox.company.health import simulate_health
from ingestion.sandbox.company.local_days import TIME_ZONE
from ingestion.sandbox.company.product import simulate_product
from ingestion.sandbox.company.seat_changes import simulate_seats
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.subscription_lives import simulate_lives
from ingestion.sandbox.company.support import support_records
from ingestion.sandbox.company.tickets import simulate_tickets
from ingestion.sandbox.company.traits import FIRST_TEST_ACCOUNT, simulate_traits
from ingestion.sandbox.company.truth import AccountTruth, tell_truth

TEST_ACCOUNTS = 2


@dataclass(frozen=True)
class Company:
    """Records per vendor and object, cut at `as_of`: states, stamps and events as known then.

    salesforce, zendesk, recurly: lists of records with the API's field names; instants are naive
    UTC datetimes, dates are dates. pendo: lists in wire form (epoch milliseconds), and pyarrow
    tables sorted by day for `events`, `featureEvents` and `trackEvents`. `truth`: what only the
    simulation knows, one entry per customer and test account.
    """

    seed: int
    as_of: datetime
    salesforce: dict[str, list[dict]] = field(repr=False)
    zendesk: dict[str, list[dict]] = field(repr=False)
    recurly: dict[str, list[dict]] = field(repr=False)
    pendo: dict = field(repr=False)
    truth: list[AccountTruth] = field(repr=False)
    time_zone: str = TIME_ZONE


def simulate(
    seed: int = 7, accounts: int = 200, as_of: datetime = DEFAULT_AS_OF, months: int = 24
) -> Company:
    """Simulate a company of `accounts` customers up to `as_of` (naive UTC).

    `months` ended months are shown at the default clock; history is anchored there, so that another
    `as_of` or a larger company leaves every earlier record as it was.
    """
    if as_of.tzinfo is not None:
        raise ValueError(f"as_of must be a naive UTC datetime, got {as_of!r}: drop the time zone.")
    clock, sold = Clock(as_of, months), read_catalogue()
    indices = [*range(accounts), *range(FIRST_TEST_ACCOUNT, FIRST_TEST_ACCOUNT + TEST_ACCOUNTS)]
    traits = simulate_traits(seed, indices, clock, sold)
    health = simulate_health(seed, traits, clock)
    recent, lag = health.recent(), health.lagged(1)
    stories = []
    for row, account in enumerate(traits):
        lives = simulate_lives(account, recent[row], clock)
        seats = simulate_seats(account, health.level[row], lives, clock)
        stories.append(
            Story(
                account, clock, health.level[row], lag[row], health.shock[row], health.left[row],
                lives, seats,
            )
        )  # fmt: skip
    pendo, usage_level = simulate_product(seed, stories, health, clock, sold)
    zendesk: dict[str, list[dict]] = {
        "organizations": [],
        "tickets": [],
        "ticket_events": [],
        "satisfaction_ratings": [],
        "organization_merges": [],
    }
    for row, story in enumerate(stories):
        tickets = simulate_tickets(story, usage_level[row].tolist())
        for name, records in support_records(story, tickets, as_of).items():
            zendesk[name] += records
    return Company(
        seed=seed,
        as_of=as_of,
        salesforce=simulate_crm(seed, stories, clock, sold),
        zendesk=zendesk,
        recurly=simulate_billing(stories, as_of),
        pendo=pendo,
        truth=[tell_truth(story, as_of) for story in stories],
    )
