"""Five milestones in the first ninety days: the worse the start, the later they are reached."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

MILESTONES = {
    "Kick-off held": 14,
    "Data imported": 30,
    "Administrators trained": 45,
    "First team live": 60,
    "Roll-out completed": 90,
}
WITHOUT = 0.10
NEVER_COMPLETED = 0.05
# Milestones are planned to be met when the delay is this short.
PLANNED_DELAY_DAYS = 15


def milestones(story: Story) -> list[tuple[str, datetime, datetime | None]]:
    """Name, due instant and completion of each; empty for the 10 % that have none."""
    account, dice = story.account, story.account.dice
    if not story.lives or account.place("milestones") < WITHOUT:
        return []
    begins = story.lives[0].paid_from
    health = story.health_at(begins)
    planned = []
    for number, (name, due_day) in enumerate(MILESTONES.items()):
        due = begins + timedelta(days=due_day)
        delay = math.exp(3 - 0.4 * health + 0.4 * dice.normal("milestone", number))
        completed = due + timedelta(days=max(delay - PLANNED_DELAY_DAYS, 2 - due_day))
        never = dice.uniform("milestone:never", number) < NEVER_COMPLETED
        gone = story.ended_at is not None and completed >= story.ended_at
        planned.append((name, due, None if never or gone else completed.replace(microsecond=0)))
    return planned


def deployed_at(story: Story) -> datetime:
    """When the account counts as implemented: the last milestone, or day 180 at the latest."""
    begins = story.lives[0].paid_from
    latest = begins + timedelta(days=180)
    completed = [done for _, _, done in milestones(story)]
    if not completed or None in completed:
        return latest
    return min(max(done for done in completed if done), latest)


def milestone_records(story: Story, as_of: datetime) -> list[dict]:
    records = []
    for number, (name, due, completed) in enumerate(milestones(story)):
        created = story.lives[0].activated_at + timedelta(hours=2)
        if created >= as_of:
            continue
        done = completed if completed and completed < as_of else None
        records.append(
            {
                "Id": salesforce_id("Onboarding_Milestone__c", story.account.index, number),
                "IsDeleted": False,
                "Account__c": story.account.account_id,
                "Name": name,
                "Due_Date__c": due.date(),
                "Completed_Date__c": done.date() if done else None,
                "CreatedDate": created,
                "LastModifiedDate": max(done, created) if done else created,
                "SystemModstamp": max(done, created) if done else created,
            }
        )
    return records
