"""Invitations to the product that nobody accepted."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.product_people import LEAVES_A_QUARTER
from ingestion.sandbox.company.story import Story

INVITED_PER_SEAT = 1.3
DEACTIVATED = 0.03
# Numbers of those invited in place of people who left; the first wave is numbered below.
_LATER = 10_000
_PER_MONTH = 100


def unanswered_invites(story: Story, as_of: datetime) -> list[tuple[int, datetime]]:
    """(number, instant) of each up to `as_of`.

    1.3 per seat are sent over the first months, then one for whoever leaves; a share of
    sigmoid(1.2 + .6 h) is accepted, and only the rest is told here: people who came are visitors.
    """
    account = story.account
    if not account.has_pendo or not story.lives:
        return []
    invites = _first_wave(story) + _in_place_of_leavers(story)
    return [(n, at) for n, at in invites if at < as_of and story.is_customer(at)]


def deactivated_at(
    story: Story, number: int, invited: datetime, as_of: datetime
) -> datetime | None:
    """When an administrator withdrew the invitation, in 3 % of cases."""
    dice = story.account.dice
    if dice.uniform("invite:deactivated", number) >= DEACTIVATED:
        return None
    moment = invited + timedelta(days=dice.between(5, 60, "invite:deactivated:day", number))
    return moment if moment < as_of else None


def _acceptance(health: float) -> float:
    return sigmoid(1.2 + 0.6 * health)


def _first_wave(story: Story) -> list[tuple[int, datetime]]:
    account, dice = story.account, story.account.dice
    refused = 1 - _acceptance(story.health_at(account.starts_at))
    begins = story.lives[0].activated_at
    return [
        (number, begins + timedelta(days=-75 * math.log(dice.uniform("invite:day", number))))
        for number in range(round(INVITED_PER_SEAT * account.seats * refused))
    ]


def _in_place_of_leavers(story: Story) -> list[tuple[int, datetime]]:
    dice, invites = story.account.dice, []
    for month in story.months():
        starts, ends = story.clock.month(month)
        accepted = _acceptance(float(story.level[month]))
        # As many as keep the accepted ones equal to the people who leave.
        mean = story.seats.at(starts) * LEAVES_A_QUARTER / 3 * (1 - accepted) / accepted
        key = story.clock.origin + month
        for repeat in range(min(dice.poisson(mean, "invite:later", key), _PER_MONTH)):
            number = _LATER + (month + 1) * _PER_MONTH + repeat
            invites.append((number, dice.moment(starts, ends, "invite:later:moment", key, repeat)))
    return invites
