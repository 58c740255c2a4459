"""What happened to a ticket, as Zendesk's ticket events tell it."""

from __future__ import annotations

from datetime import UTC, datetime

from ingestion.sandbox.company.identity import zendesk_organizations
from ingestion.sandbox.company.merges_and_deletions import old_organization
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.tickets import Ticket
from ingestion.sandbox.company.vendor_ids import zendesk_event_id, zendesk_id

PRIORITIES = {"high": 18.0, "normal": 62.0, "low": 20.0}
# Of the urgent tickets, those that were raised later; of the others, those that once were urgent.
RAISED, WAS_URGENT = 0.60, 0.02
# Of the tickets of accounts with two organisations, those that began in the other: 1 % of all.
MOVED = 0.33
NO_PRIORITY = 0.08

# (instant, value from then on); None: nobody chose one.
Priorities = list[tuple[datetime, str | None]]


def priority_path(story: Story, ticket: Ticket) -> Priorities:
    """Priority from each instant on."""
    return [step for step in _priorities(story, ticket) if step[0] < ticket.ends_at]


def _priorities(story: Story, ticket: Ticket) -> Priorities:
    dice, number = story.account.dice, ticket.number
    usual = dice.weighted(PRIORITIES, "ticket:priority", number)
    if dice.uniform("ticket:no_priority", number) < NO_PRIORITY:
        usual = None
    raised, lowered = _moment(ticket, 0.3), _moment(ticket, 0.5)
    if ticket.is_urgent:
        if dice.uniform("ticket:raised", number) < RAISED:
            return [(ticket.created_at, usual), (raised, "urgent")]
        return [(ticket.created_at, "urgent")]
    if dice.uniform("ticket:was_urgent", number) < WAS_URGENT:
        return [(ticket.created_at, usual), (raised, "urgent"), (lowered, usual)]
    return [(ticket.created_at, usual)]


def organization_path(story: Story, ticket: Ticket) -> list[tuple[datetime, int]]:
    """The organisation that the ticket's events name, from each instant on.

    Tickets of an organisation that is merged move without an event: see `moves_with`.
    """
    dice, known = story.account.dice, zendesk_organizations(story.account)
    belongs = dice.pick(known, "ticket:organization", ticket.number)
    old = old_organization(story.account)
    if old:
        place = known[0] if ticket.created_at >= old[1] else belongs
        return [(ticket.created_at, place)]
    if _moment(ticket, 0.2) >= ticket.ends_at:
        return [(ticket.created_at, belongs)]
    if len(known) > 1 and dice.uniform("ticket:moved", ticket.number) < MOVED:
        other = next(organization for organization in known if organization != belongs)
        return [(ticket.created_at, other), (_moment(ticket, 0.2), belongs)]
    return [(ticket.created_at, belongs)]


def moves_with(story: Story, ticket: Ticket, as_of: datetime) -> datetime | None:
    """When the ticket came to another organisation because its own was merged into that."""
    old = old_organization(story.account)
    if old is None or old[1] >= min(as_of, ticket.ends_at):
        return None
    return old[1] if organization_path(story, ticket)[-1][1] == old[0] else None


def ticket_events(story: Story, ticket: Ticket, as_of: datetime) -> list[dict]:
    """Audits up to `as_of`: the creation with all fields, then one per change of a field."""
    paths = {
        "status": ticket.steps(),
        "priority": priority_path(story, ticket),
        "organization_id": organization_path(story, ticket),
    }
    identity = zendesk_id("ticket", story.account.index, ticket.number)
    created = {"event_type": "Create", **{field: path[0][1] for field, path in paths.items()}}
    changes = [
        (moment, {"event_type": "Change", field: value, "previous_value": before})
        for field, path in paths.items()
        for (_, before), (moment, value) in zip(path, path[1:], strict=False)
        if value != before
    ]
    changes.sort(key=lambda change: change[0])
    told = [(paths["status"][0][0], created), *changes]
    return [
        _event(identity, number, moment, child)
        for number, (moment, child) in enumerate(told)
        if moment < as_of
    ]


def _moment(ticket: Ticket, way: float) -> datetime:
    """An instant on the ticket's way from opened (0) to solved (1), to the second."""
    moment = ticket.opened_at + (ticket.solved_at - ticket.opened_at) * way
    return moment.replace(microsecond=0)


def _event(ticket_id: int, number: int, moment: datetime, child: dict) -> dict:
    return {
        "id": zendesk_event_id(ticket_id, number),
        "ticket_id": ticket_id,
        "timestamp": int(moment.replace(tzinfo=UTC).timestamp()),
        "created_at": moment,
        "updater_id": None,
        "via": "Web form",
        "system": {},
        "event_type": "Audit",
        "child_events": [
            {
                "id": zendesk_event_id(ticket_id, number, is_child=True),
                "via": "Web form",
                "via_reference_id": None,
                **child,
            }
        ],
    }
