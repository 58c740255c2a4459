"""Zendesk: organisations, tickets with their metric set and events, satisfaction ratings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.identity import (
    evidence,
    zendesk_external_id,
    zendesk_organizations,
)
from ingestion.sandbox.company.merges_and_deletions import old_organization
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.ticket_events import (
    moves_with,
    organization_path,
    priority_path,
    ticket_events,
)
from ingestion.sandbox.company.tickets import Ticket
from ingestion.sandbox.company.vendor_ids import zendesk_id

TYPES = {"question": 50.0, "incident": 20.0, "problem": 15.0, "task": 4.0, "": 11.0}
CHANNELS = ("web", "email", "email", "api", "chat")
TAGS = {
    "question": ("how_to", "billing", "training"),
    "incident": ("outage", "bug"),
    "problem": ("bug", "defect"),
    "task": ("onboarding",),
    "": ("feature_request", "idea", "how_to"),
}
RATED = 0.30


def support_records(story: Story, tickets: list[Ticket], as_of: datetime) -> dict[str, list[dict]]:
    organizations = _organizations(story, as_of)
    records: dict[str, list[dict]] = {
        "organizations": organizations,
        "tickets": [],
        "ticket_events": [],
        "satisfaction_ratings": [],
        "organization_merges": _merges(organizations),
    }
    for ticket in tickets if organizations else []:
        if ticket.created_at >= as_of:
            continue
        records["tickets"].append(_ticket_record(story, ticket, as_of))
        records["ticket_events"] += ticket_events(story, ticket, as_of)
        records["satisfaction_ratings"] += _rating(story, ticket, as_of)
    return records


def _organizations(story: Story, as_of: datetime) -> list[dict]:
    account = story.account
    created = (account.starts_at + timedelta(minutes=40)).replace(microsecond=0)
    if created >= as_of:
        return []
    held, old = evidence(account, "zendesk"), old_organization(account)
    records = []
    for number, identity in enumerate(zendesk_organizations(account)):
        is_first, is_old = number == 0, old is not None and old[0] == identity
        # Nobody wrote into the old one whose it is: until it is merged, its tickets are nobody's.
        domain = held.domain if is_first else None if is_old else account.domain
        held_id = held.salesforce_id if is_first else None if is_old else account.account_id
        merged = old[1] if is_old and old[1] < as_of else None
        suffix = "" if is_first else " (old portal)" if is_old else " (second brand)"
        records.append(
            {
                "id": identity,
                "url": f"/api/v2/organizations/{identity}.json",
                "name": f"{account.name}{suffix}",
                "external_id": zendesk_external_id(account) if is_first else None,
                "domain_names": [domain] if domain else [],
                "organization_fields": {"salesforce_id": held_id},
                "tags": [],
                "details": "",
                "notes": "",
                "group_id": None,
                "shared_tickets": False,
                "shared_comments": False,
                "created_at": created,
                "updated_at": merged or created,
                "deleted_at": merged,
            }
        )
    return records


def _merges(organizations: list[dict]) -> list[dict]:
    """The merge of an old organization into the account's usual one, once it happened."""
    return [
        {
            "id": str(loser["id"]),
            "url": f"/api/v2/organization_merges/{loser['id']}.json",
            "loser_id": loser["id"],
            "winner_id": organizations[0]["id"],
            "status": "complete",
            "created_at": loser["deleted_at"],
            "updated_at": loser["deleted_at"],
        }
        for loser in organizations
        if loser["deleted_at"]
    ]


def _ticket_record(story: Story, ticket: Ticket, as_of: datetime) -> dict:
    account, dice = story.account, story.account.dice
    steps = [step for step in ticket.steps() if step[0] < as_of]
    priorities = [step for step in priority_path(story, ticket) if step[0] < as_of]
    places = [step for step in organization_path(story, ticket) if step[0] < as_of]
    status = steps[-1][1]
    updated = max(steps[-1][0], priorities[-1][0], places[-1][0]).replace(microsecond=0)
    if ticket.deleted_at and ticket.deleted_at < as_of:
        status, updated = "deleted", ticket.deleted_at
    # A merge of organisations is the system's doing: the ticket's own stamp stays.
    moved = moves_with(story, ticket, as_of)
    generated = max(updated, moved) if moved else updated
    is_merged = ticket.merged_at is not None and ticket.merged_at < as_of
    solved = [moment for moment, name in steps if name == "solved"]
    reopens = max(len(solved) - 1, 0) or int(ticket.reopened and bool(solved) and status == "open")
    kind = dice.weighted(TYPES, "ticket:type", ticket.number)
    identity = zendesk_id("ticket", account.index, ticket.number)
    person = zendesk_id("person", account.index, dice.bits("ticket:who", ticket.number) % 12)
    solved_at = solved[-1] if solved and steps[-1][1] in ("solved", "closed") else None
    return {
        "id": identity,
        "url": f"/api/v2/tickets/{identity}.json",
        "external_id": None,
        "type": kind or None,
        "subject": f"Ticket {ticket.number}",
        "raw_subject": f"Ticket {ticket.number}",
        "description": "Synthetic ticket text.",
        "priority": priorities[-1][1],
        "status": status,
        "requester_id": person,
        "submitter_id": person,
        "assignee_id": None,
        "organization_id": zendesk_organizations(account)[0] if moved else places[-1][1],
        "tags": [
            dice.pick(TAGS[kind], "ticket:tag", ticket.number),
            *(["closed_by_merge"] if is_merged else []),
        ],
        "via": {"channel": dice.pick(CHANNELS, "ticket:channel", ticket.number)},
        "custom_fields": [],
        "created_at": ticket.created_at,
        "updated_at": updated,
        "generated_timestamp": int(generated.replace(tzinfo=UTC).timestamp()),
        "metric_set": {
            "id": identity + 5,
            "ticket_id": identity,
            "created_at": ticket.created_at,
            "updated_at": updated,
            "solved_at": solved_at,
            "reopens": reopens,
            "replies": len(steps),
        },
    }


def _rating(story: Story, ticket: Ticket, as_of: datetime) -> list[dict]:
    """A rating is asked for a day after the solution; 30 % give one within two days."""
    dice, account = story.account.dice, story.account
    asked = (ticket.solved_at + timedelta(days=1)).replace(microsecond=0)
    rated = asked + timedelta(hours=int(dice.between(1, 48, "rating:hours", ticket.number)))
    answers = dice.uniform("rating:given", ticket.number) < RATED
    if not answers or asked >= min(as_of, ticket.ends_at):
        return []
    health = story.health_at(ticket.solved_at)
    is_good = dice.uniform("rating:good", ticket.number) < sigmoid(2.2 + 0.6 * health)
    ticket_id = zendesk_id("ticket", account.index, ticket.number)
    has_answered = rated < min(as_of, ticket.ends_at)
    return [
        {
            "id": zendesk_id("rating", account.index, ticket.number),
            "ticket_id": ticket_id,
            "requester_id": zendesk_id(
                "person", account.index, dice.bits("ticket:who", ticket.number) % 12
            ),
            "assignee_id": None,
            "group_id": None,
            "score": ("good" if is_good else "bad") if has_answered else "offered",
            "comment": None,
            "reason": None,
            "created_at": asked,
            "updated_at": rated if has_answered else asked,
        }
    ]
