"""What customers ask for help with: tickets and their way from new to closed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.story import Story

AUTO_CLOSED_AFTER = timedelta(days=4)
# Shares of tickets that turn out to be another one, or are deleted: half of those as spam within
# days, half because somebody asked for it long after.
MERGED, DELETED = 0.02, 0.01
AT_MONTH_START = 0.005


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int
    created_at: datetime
    opened_at: datetime
    waits_from: datetime | None
    waits_as: str
    solved_at: datetime
    reopened: bool
    is_urgent: bool
    merged_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """From when on nothing happens to it any more."""
        return self.merged_at or self.deleted_at or datetime.max

    def steps(self) -> list[tuple[datetime, str]]:
        """Status from each instant on; that a ticket was deleted is no step."""
        steps = [(self.created_at, "new"), (self.opened_at, "open")]
        if self.waits_from:
            steps.append((self.waits_from, self.waits_as))
        if self.reopened:
            first = self.opened_at + (self.solved_at - self.opened_at) * 0.6
            again = self.opened_at + (self.solved_at - self.opened_at) * 0.7
            steps = [step for step in steps if step[0] < first]
            steps += [(first, "solved"), (again, "open")]
        steps += [(self.solved_at, "solved"), (self.solved_at + AUTO_CLOSED_AFTER, "closed")]
        steps = [step for step in steps if step[0] < self.ends_at]
        if self.merged_at:
            steps.append((self.merged_at, "closed"))
        return [(moment.replace(microsecond=0), status) for moment, status in steps]


def simulate_tickets(story: Story, usage_level: list[float]) -> list[Ticket]:
    """`usage_level`: share of seats in use, by month of the clock."""
    account, dice = story.account, story.account.dice
    tickets: list[Ticket] = []
    if not account.has_zendesk:
        return tickets
    for month in story.months():
        key, health = story.clock.origin + month, float(story.level[month])
        start, end = story.clock.month(month)
        mean = 0.03 * story.seats.at(start) ** 0.8
        mean *= (1 + 0.6 * usage_level[month]) * math.exp(-0.15 * health)
        for repeat in range(min(dice.poisson(mean, "tickets", key), 95)):
            number = (month_offset(key)) * 100 + repeat
            created = dice.moment(start, end, "ticket:created", number)
            if dice.uniform("ticket:midnight", number) < AT_MONTH_START:
                created = start
            if story.is_customer(created):
                tickets.append(_ticket(story, number, created, health))
    return tickets


def month_offset(key: int) -> int:
    """Months since 2015: keeps ticket ids short."""
    return key - 2015 * 12


def _ticket(story: Story, number: int, created: datetime, health: float) -> Ticket:
    dice = story.account.dice
    opened = created + timedelta(minutes=dice.between(5, 600, "ticket:opened", number))
    days = 3 * math.exp(-0.2 * health + 1.0 * dice.normal("ticket:days", number))
    solved = opened + timedelta(days=min(days, 120))
    waits = dice.uniform("ticket:waits", number)
    merged, deleted = _end(story, number, opened, solved)
    return Ticket(
        number=number,
        created_at=created,
        opened_at=opened,
        waits_from=opened + (solved - opened) * 0.4 if waits < 0.4 else None,
        waits_as="pending" if waits < 0.3 else "hold",
        solved_at=solved,
        reopened=dice.uniform("ticket:reopened", number) < sigmoid(-2.4 - 0.5 * health),
        is_urgent=dice.uniform("ticket:urgent", number) < sigmoid(-3 - 0.6 * health),
        merged_at=merged,
        deleted_at=deleted,
    )


def _end(
    story: Story, number: int, opened: datetime, solved: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the ticket is merged into another or deleted, if it is."""
    dice, place = story.account.dice, story.account.dice.uniform("ticket:end", number)
    if place < MERGED:
        return (opened + (solved - opened) * 0.35).replace(microsecond=0), None
    if place >= MERGED + DELETED:
        return None, None
    if place < MERGED + DELETED / 2:
        gone = opened + timedelta(days=dice.between(0.1, 3, "ticket:spam", number))
    else:
        gone = solved + timedelta(days=dice.between(20, 200, "ticket:erased", number))
    return None, gone.replace(microsecond=0)
