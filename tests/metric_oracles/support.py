"""The ticket metrics of the group sentiment."""

from datetime import datetime
from functools import cache

import pandas as pd

from ingestion.sandbox.company.identity import zendesk_organizations
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.support import support_records
from ingestion.sandbox.company.ticket_events import (
    moves_with,
    organization_path,
    priority_path,
)
from ingestion.sandbox.company.tickets import Ticket
from ingestion.sandbox.company.vendor_ids import zendesk_id
from tests.metric_oracles.account_months import linked_organizations
from tests.metric_oracles.seeds import seed
from tests.metric_oracles.states import KEYS, counted, judged, within
from tests.metric_oracles.world import World

WEIGHTS = {"urgent": 4.0, "high": 2.0, "normal": 1.0, "low": 0.5}
OPEN = ("new", "open", "pending", "hold")


@cache
def _records(world: World) -> dict[str, pd.DataFrame]:
    """What Zendesk has of the tickets and their ratings now."""
    records: dict[str, list[dict]] = {"tickets": [], "satisfaction_ratings": []}
    for story in world.customers:
        own = [ticket for asker, ticket in world.tickets if asker is story]
        for name, rows in support_records(story, own, world.as_of).items():
            records.setdefault(name, []).extend(rows)
    return {name: pd.DataFrame(rows) for name, rows in records.items()}


@cache
def _tickets(world: World) -> pd.DataFrame:
    """Tickets that are no tasks, with what became of them: (instant, value) from each change on."""
    known = _records(world)["tickets"].set_index("id")[["type", "tags"]]
    rows = [
        {
            "account_id": story.account.account_id,
            "ticket_id": zendesk_id("ticket", story.account.index, ticket.number),
            "at": ticket.created_at,
            "statuses": ticket.steps(),
            "priorities": priority_path(story, ticket),
            "organizations": _organizations(story, ticket),
            "linked": linked_organizations(story, world.as_of),
            "gone_at": ticket.merged_at or ticket.deleted_at,
        }
        for story, ticket in world.tickets
    ]
    tickets = pd.DataFrame(rows).join(known, on="ticket_id", how="inner")
    tickets["gone_at"] = pd.to_datetime(tickets.gone_at)
    return tickets[tickets.type != "task"]


def _organizations(story: Story, ticket: Ticket) -> list[tuple[datetime, int]]:
    """Where the ticket belonged from each instant on, merges of organisations included."""
    moved = moves_with(story, ticket, datetime.max)
    survivor = zendesk_organizations(story.account)[:1]
    return organization_path(story, ticket) + [(moved, one) for one in survivor if moved]


@cache
def tickets_then(world: World) -> pd.DataFrame:
    """Every ticket created before t and not merged or deleted before it, as it was at t, of an
    organisation that is linked."""
    rows = within(world.months, _tickets(world))
    rows = rows[~(rows.gone_at < rows.t)]
    for then, path in {
        "status": "statuses", "priority": "priorities", "organization": "organizations",
    }.items():  # fmt: skip
        rows[then] = [
            [value for moment, value in steps if moment < t][-1]
            for steps, t in zip(rows[path], rows.t, strict=True)
        ]
    rows["solved_at"] = [
        max((moment for moment, name in steps if name == "solved" and moment < t), default=None)
        for steps, t in zip(rows.statuses, rows.t, strict=True)
    ]
    rows["is_open"] = rows.status.isin(OPEN)
    is_linked = [
        place in known for place, known in zip(rows.organization, rows.linked, strict=True)
    ]
    return rows[is_linked]


def _of_open_tickets(world: World, value: pd.Series) -> pd.DataFrame:
    """Not applicable where no ticket was open in the 180 days, however shortly."""
    months, tickets = world.months, tickets_then(world)
    since = tickets.t - pd.Timedelta(days=180)
    asked = tickets[tickets.is_open | (tickets["at"] >= since) | (tickets.solved_at >= since)]
    return judged(
        months,
        value.reindex(months.index, fill_value=0),
        unmapped=~months.on_zendesk,
        not_recorded=counted(months, asked) == 0,
    )


def open_ticket_severity(world: World) -> pd.DataFrame:
    tickets = tickets_then(world)
    tickets = tickets[tickets.is_open]
    age = (tickets.t - tickets["at"]).dt.days
    # Without a priority it is a normal one.
    severity = age.clip(upper=30) * tickets.priority.map(WEIGHTS).fillna(1)
    severity = severity.where(tickets.status != "pending", severity / 2)
    total = severity.groupby([tickets.account_id, tickets.score_month]).sum()
    months = world.months
    return _of_open_tickets(
        world, total.reindex(months.index, fill_value=0) / months.seats.clip(lower=25) * 100
    )


def open_defects(world: World) -> pd.DataFrame:
    tickets = tickets_then(world)
    lasting = tickets["at"] < tickets.t - pd.Timedelta(days=7)
    defects = tickets[tickets.is_open & lasting & tickets.type.isin(["problem", "incident"])]
    return _of_open_tickets(world, counted(world.months, defects))


def open_feature_requests(world: World) -> pd.DataFrame:
    """None is open also where there was no ticket."""
    tickets, topics = tickets_then(world), seed("ticket_topics")
    asking = set(topics[topics.topic == "feature_request"].tag)
    asks = tickets.tags.map(lambda tags: bool(asking & set(tags)))
    return judged(
        world.months,
        counted(world.months, tickets[tickets.is_open & asks]),
        unmapped=~world.months.on_zendesk,
    )


def escalated_ticket_rate(world: World) -> pd.DataFrame:
    months, tickets = world.months, tickets_then(world)
    recent = tickets[tickets["at"] >= tickets.t - pd.Timedelta(days=90)]
    escalated = pd.Series(
        [
            any(name == "urgent" and moment < t for moment, name in priorities)
            or any(
                before == "solved" and after == "open" and moment < t
                for (_, before), (moment, after) in zip(statuses, statuses[1:], strict=False)
            )
            for priorities, statuses, t in zip(
                recent.priorities, recent.statuses, recent.t, strict=True
            )
        ],
        index=recent.index,
        dtype=float,
    )
    total = counted(months, recent)
    return judged(
        months,
        escalated.groupby([recent.account_id, recent.score_month]).mean(),
        unmapped=~months.on_zendesk,
        not_recorded=total == 0,
        too_little=total < 3,
    )


def csat_rate(world: World) -> pd.DataFrame:
    """Ratings of tickets that count, dated by when they were given; where the ticket is now."""
    months = world.months
    tickets = _tickets(world)
    mine = [
        [place for at, place in places if at < world.as_of][-1] in linked
        for places, linked in zip(tickets.organizations, tickets.linked, strict=True)
    ]
    ratings = _records(world)["satisfaction_ratings"]
    given = ratings[ratings.score.isin(["good", "bad"])]
    given = given[["ticket_id", "updated_at", "score"]].rename(columns={"updated_at": "at"})
    given = tickets[mine][["account_id", "ticket_id", "gone_at"]].merge(given, on="ticket_id")
    recent = within(months, given, days=180)
    recent = recent[~(recent.gone_at < recent.t)]
    recent = recent.sort_values("at").groupby([*KEYS, "ticket_id"]).last()
    groups = recent.assign(is_good=recent.score == "good").groupby(KEYS)
    return judged(
        months,
        groups.is_good.mean(),
        unmapped=~months.on_zendesk,
        too_little=groups.size().reindex(months.index, fill_value=0) < 2,
        stale=months.t - groups["at"].max().reindex(months.index) > pd.Timedelta(days=90),
    )
