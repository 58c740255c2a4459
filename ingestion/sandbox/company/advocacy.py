"""Who speaks for us: willing references, and what customers do in public on our behalf."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

# A CSM asks for the first time in the first year, then about twice a year.
ASKED_FIRST, ASKED_AGAIN = 0.6, 0.5
ACTS = {
    "Referral": 0.25, "Review": 0.30, "Case Study": 0.10, "Event Talk": 0.10,
    "Marketing Opt-In": 0.25,
}  # fmt: skip
# Acts are written down some days after they happened.
RECORDED_WITHIN_DAYS = 12


def reference_path(story: Story) -> list[tuple[datetime, date | None, date | None]]:
    """(instant, since, until) as the CRM shows them from each answer on.

    Who declines when asked is a reference from and until that day; who was never asked has neither.
    """
    dice, path = story.account.dice, []
    if not story.lives:
        return []
    reluctance = dice.uniform("reference:reluctance")
    asked = story.lives[0].paid_from + timedelta(days=dice.between(100, 300, "reference:first"))
    since, until = None, None
    for number in range(20):
        asked = asked.replace(microsecond=0)
        if asked >= story.clock.ends_at:
            break
        chance = ASKED_AGAIN if path else ASKED_FIRST
        if story.is_customer(asked) and dice.uniform("reference:asked", number) < chance:
            earlier = story.level[max(story.clock.month_of(asked) - 6, 0)]
            willing = reluctance < sigmoid(-2.5 + 0.8 * float(earlier))
            is_reference = since is not None and until is None
            if willing and not is_reference:
                since, until = asked.date(), None
            elif not willing:
                since, until = since if is_reference else asked.date(), asked.date()
            path.append((asked, since, until))
        asked += timedelta(days=dice.between(150, 210, "reference:next", number))
    return path


def act_records(story: Story, as_of: datetime) -> list[dict]:
    dice, records = story.account.dice, []
    for month in story.months():
        key = story.clock.origin + month
        mean = 0.08 * math.exp(0.6 * float(story.level[month]))
        for repeat in range(dice.poisson(mean, "advocacy", key)):
            number = key * 10 + repeat
            acted = dice.moment(*story.clock.month(month), "advocacy:moment", number)
            recorded = acted + timedelta(
                days=dice.between(0, RECORDED_WITHIN_DAYS, "advocacy:recorded", number)
            )
            recorded = recorded.replace(microsecond=0)
            if recorded >= as_of or not story.is_customer(acted):
                continue
            kind = dice.weighted(ACTS, "advocacy:type", number)
            stars = float(3 + dice.bits("advocacy:rating", number) % 3)
            records.append(
                {
                    "Id": salesforce_id("Advocacy_Act__c", story.account.index, number),
                    "IsDeleted": False,
                    "Name": f"AA-{number:06d}",
                    "Account__c": story.account.account_id,
                    "Type__c": kind,
                    "Act_Date__c": acted.date(),
                    "Rating__c": stars if kind == "Review" else None,
                    "CreatedDate": recorded,
                    "LastModifiedDate": recorded,
                    "SystemModstamp": recorded,
                }
            )
    return records
