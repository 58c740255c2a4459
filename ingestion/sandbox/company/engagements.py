"""Calls, meetings, e-mails and webinars with customers, and efforts without answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.sandbox.company.contacts import Contact
from ingestion.sandbox.company.crm_users import csm_at, user_id
from ingestion.sandbox.company.story import Story

# Shares of the methods; the missing 5 % are answered messages, see outreach.py.
METHODS = {"call": 40.0, "email": 25.0, "meeting": 25.0, "webinar": 5.0}
QUARTERLY = 0.95
# Of all touches, those stamped with the first instant of a month.
AT_MONTH_START = 0.004
EFFORTS = ("voicemail", "sent_email", "declined_meeting", "internal_call", "follow_up")
# Efforts a month beside each expected two-way engagement a month.
EFFORT_RATES = {
    "voicemail": 0.16, "sent_email": 0.25, "declined_meeting": 0.027, "internal_call": 0.05,
    "follow_up": 0.08,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact or attempt: `number` identifies it within the account, in every system."""

    number: int
    kind: str
    at: datetime
    contacts: tuple[Contact, ...]
    owner_id: str


def simulate_touches(
    story: Story, contacts: list[Contact], csms: list[tuple[datetime, str]]
) -> list[Touch]:
    account, dice = story.account, story.account.dice
    touches: list[Touch] = []
    for month in story.months():
        key = story.clock.origin + month
        health = float(story.level[month]) + account.engagement_bias
        intercept = 1.65 - (0.7 if account.seats < 15 else 0.0)
        monthly = QUARTERLY * math.exp(intercept + 0.35 * health) / 3
        counts = {"two_way": dice.poisson(monthly, "touches", key)}
        for effort in EFFORTS:
            counts[effort] = dice.poisson(monthly * EFFORT_RATES[effort], effort, key)
        position = 0
        for kind, count in counts.items():
            for repeat in range(count):
                number = key * 1000 + len(EFFORTS) * 100 * (kind == "two_way") + position
                position += 1
                touch = _touch(story, contacts, csms, month, number, kind, repeat)
                if touch is not None:
                    touches.append(touch)
    return touches


def _touch(
    story: Story,
    contacts: list[Contact],
    csms: list[tuple[datetime, str]],
    month: int,
    number: int,
    kind: str,
    repeat: int,
) -> Touch | None:
    """None if the customer had not begun, was gone, or nobody there is known to us."""
    dice = story.account.dice
    two_way = kind == "two_way"
    kind = dice.weighted(METHODS, "touch:method", number) if two_way else kind
    start, end = story.clock.month(month)
    at = webinar_at(start) if kind == "webinar" else _working_time(story, start, end, number)
    known = [contact for contact in contacts if contact.is_present(at)]
    if not story.is_customer(at) or not known:
        return None
    # Champions and sponsors are met twice as often, executives less while the account is in shock.
    rank = {
        contact.number: dice.uniform("touch:who", number, contact.number)
        ** (1.0 / _weight(contact, float(story.shock[month])))
        for contact in known
    }
    known.sort(key=lambda contact: rank[contact.number], reverse=True)
    people = 1
    if kind == "meeting" and dice.uniform("touch:group", number) < 0.45:
        people = 2 + dice.bits("touch:people", number) % 3
    owner = csm_at(csms, at)
    other = dice.uniform("touch:owner", number)
    if other < 0.25:
        owner = user_id(story.account, 3 + dice.bits("touch:function", number) % 4)
    return Touch(number, kind, at, tuple(known[:people]), owner)


def _weight(contact: Contact, shock: float) -> float:
    weight = 2.0 if contact.role in ("Champion", "Executive Sponsor") else 1.0
    return weight * math.exp(0.5 * shock) if contact.seniority == "Executive" else weight


def webinar_at(month_starts_at: datetime) -> datetime:
    """One webinar a month for all customers: the third Wednesday, 16:00 UTC."""
    first_wednesday = (2 - month_starts_at.weekday()) % 7
    return month_starts_at + timedelta(days=first_wednesday + 14, hours=16)


def _working_time(story: Story, start: datetime, end: datetime, number: int) -> datetime:
    dice = story.account.dice
    if dice.uniform("touch:midnight", number) < AT_MONTH_START:
        return start
    day = start + timedelta(days=int((end - start).days * dice.uniform("touch:day", number)))
    if day.weekday() >= 5 and dice.uniform("touch:weekend", number) < 0.93:
        back = day - timedelta(days=day.weekday() - 4)
        day = back if back >= start else day + timedelta(days=7 - day.weekday())
    seconds = dice.between(8 * 3600, 19 * 3600, "touch:time", number)
    return day + timedelta(seconds=int(seconds))
