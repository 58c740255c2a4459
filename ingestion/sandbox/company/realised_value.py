"""What customers say the product was worth to them in a year, as the CSM writes it down."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ingestion.sandbox.company.price_list import discount_rate, items_of
from ingestion.sandbox.company.story import Story

STATED = 0.35
STATED_AGAIN = 0.75


def monthly_revenue(story: Story, instant: datetime) -> float:
    """What the account pays a month at `instant`, without usage and tax, in its currency."""
    account = story.account
    price = sum(
        item.price * item.quantity(story.seats, instant)
        for item in items_of(account)
        if item.kind == "fixed" and item.since <= instant
    )
    return price * (1 - discount_rate(account, instant)) / (12 if account.is_annual else 1)


def value_path(story: Story) -> list[tuple[datetime, float]]:
    """The value realised in the twelve months before, from each statement on."""
    dice, path = story.account.dice, []
    if not story.lives or dice.uniform("roi:stated") >= STATED:
        return []
    stated = story.lives[0].paid_from + timedelta(days=dice.between(120, 300, "roi:first"))
    for number in range(10):
        stated = stated.replace(microsecond=0)
        if stated >= story.clock.ends_at or not story.is_customer(stated):
            break
        noise = 0.4 * dice.normal("roi:ratio", number)
        ratio = math.exp(0.7 + 0.3 * story.health_at(stated) + noise)
        path.append((stated, float(round(ratio * 12 * monthly_revenue(story, stated), -1))))
        if dice.uniform("roi:again", number) >= STATED_AGAIN:
            break
        stated += timedelta(days=dice.between(330, 430, "roi:next", number))
    return path
