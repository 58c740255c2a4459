"""The people we know at an account: which roles are filled, who leaves, whose mail bounces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.names import email_address, person_name
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

# Role, its usual title, and the level that goes with it.
ROLES = {
    "Champion": ("Head of Operations", "Management"),
    "Executive Sponsor": ("Chief Operating Officer", "Executive"),
    "Administrator": ("Systems Administrator", "Practitioner"),
    "Power User": ("Project Coordinator", "Practitioner"),
}
OTHERS = (
    ("Team Lead", "Management"),
    ("Analyst", "Practitioner"),
    ("Project Manager", "Practitioner"),
    ("Finance Director", "Executive"),
)
BOUNCES = 0.60


@dataclass(frozen=True, slots=True)
class Contact:
    number: int
    contact_id: str
    given: str
    surname: str
    email: str
    role: str | None
    title: str
    seniority: str
    created_at: datetime
    left_at: datetime | None
    bounced_at: datetime | None

    def is_present(self, instant: datetime) -> bool:
        return self.created_at <= instant and (self.left_at is None or instant < self.left_at)


def simulate_contacts(story: Story) -> list[Contact]:
    contacts: list[Contact] = []
    for position, role in enumerate(ROLES):
        contacts += _holders(story, role, position)
    size = round(3 + 1.9 * math.log(max(story.account.seats, 3) / 3))
    for extra in range(min(max(size, 4), 12) - 3):
        title, seniority = story.account.dice.pick(OTHERS, "contact:title", extra)
        days = story.account.dice.between(-30, 300, "contact:since", extra)
        created = _office_hours(story, story.account.starts_at + timedelta(days=days), 9_00 + extra)
        contacts.append(_contact(story, 500 + extra, None, title, seniority, created, None))
    return contacts


def _holders(story: Story, role: str, position: int) -> list[Contact]:
    """Who held a role one after the other: it is filled while the account's health carries it.

    Each holder has a threshold; the role is lost when its chance falls clearly below and filled
    again when the chance is above that of the next one, so that it does not flicker.
    """
    account, dice, clock = story.account, story.account.dice, story.clock
    title, seniority = ROLES[role]
    holders: list[Contact] = []
    generation, since = 0, None
    first = clock.month_of(account.starts_at)
    for month in range(first, story.months().stop if story.lives else first + 1):
        key = (clock.origin + month) * 10 + position
        chance = sigmoid(1.1 + 0.5 * float(story.lag[month]) + 0.8 * float(story.shock[month]))
        threshold = dice.uniform("role:threshold", position, generation)
        start, end = clock.month(month)
        if since is None and threshold < chance:
            is_first = month == first
            since = (
                account.starts_at - timedelta(days=dice.between(1, 40, "role:early", position))
                if is_first
                else dice.moment(start, end, "role:filled", key)
            )
        elif since is not None and start > since:
            leaves = role == "Champion" and bool(story.champion_leaves[month])
            if leaves or threshold > chance + 0.15:
                left = dice.moment(start, end, "role:left", key)
                number = position * 100 + generation
                holders.append(_contact(story, number, role, title, seniority, since, left))
                generation, since = generation + 1, None
    if since is not None:
        number = position * 100 + generation
        holders.append(_contact(story, number, role, title, seniority, since, None))
    return holders


def _office_hours(story: Story, moment: datetime, key: int) -> datetime:
    seconds = int(story.account.dice.between(8 * 3600, 18 * 3600, "office_hours", key))
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=seconds)


def _contact(
    story: Story,
    number: int,
    role: str | None,
    title: str,
    seniority: str,
    created: datetime,
    left: datetime | None,
) -> Contact:
    account, dice = story.account, story.account.dice
    given, surname = person_name(dice, "contact", number)
    bounced = None
    if left is not None and dice.uniform("bounce", number) < BOUNCES:
        bounced = left + timedelta(days=dice.between(8, 60, "bounce:day", number))
    return Contact(
        number=number,
        contact_id=salesforce_id("Contact", account.index, number),
        given=given,
        surname=surname,
        email=email_address(given, surname, number, account.domain),
        role=role,
        title=title,
        seniority=seniority,
        created_at=created.replace(microsecond=0),
        left_at=left,
        bounced_at=bounced.replace(microsecond=0) if bounced else None,
    )
