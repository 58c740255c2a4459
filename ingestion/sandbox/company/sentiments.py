"""What the CSM thinks of the account: an outlook and a depth, now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.clock import month_number
from ingestion.sandbox.company.crm_users import csm_at
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

SILENT_QUARTER = 0.20
EDITED = 0.02
REASONS = ("Low adoption", "Champion left", "Price", "Missing feature", "Support experience")


def sentiment_records(
    story: Story, csms: list[tuple[datetime, str]], as_of: datetime
) -> list[dict]:
    account, dice = story.account, story.account.dice
    records: list[dict] = []
    if not story.lives:
        return records
    at, number = account.starts_at, 0
    stops = min(as_of, story.ended_at or as_of)
    while True:
        gap = max(45 + 25 * dice.normal("sentiment:gap", number), 10)
        at = (at + timedelta(days=gap)).replace(microsecond=0)
        number += 1
        if at >= stops:
            return records
        quarter = month_number(at) // 3
        silent = dice.uniform("sentiment:silent", quarter) < SILENT_QUARTER
        if silent or at < story.clock.events_from or not story.is_customer(at):
            continue
        month = story.clock.month_of(at)
        lag1, lag2 = float(story.lag[month]), float(story.lag[max(month - 1, 0)])
        noise = 0.7 * dice.normal("sentiment:outlook", number)
        outlook = 3.6 + 0.75 * lag1 + account.optimism + noise
        noise = 0.7 * dice.normal("sentiment:depth", number)
        depth = 3.4 + 0.6 * lag2 + account.optimism + noise
        stated, deep = (min(max(round(value), 1), 5) for value in (outlook, depth))
        edited = (at + timedelta(days=dice.between(1, 60, "edited:day", number))).replace(
            microsecond=0
        )
        is_edited = dice.uniform("edited", number) < EDITED and edited < as_of
        reason = None
        if stated <= 2 and dice.uniform("sentiment:reason", number) < 0.85:
            reason = dice.pick(REASONS, "sentiment:why", number)
        if is_edited:
            # Thought better of: a step up from the lower end, else a step down.
            stated, deep = (value + 1 if value < 3 else value - 1 for value in (stated, deep))
        records.append(
            {
                "Id": salesforce_id("CSM_Sentiment__c", account.index, number),
                "IsDeleted": False,
                "Name": f"CS-{account.index:05d}-{number:03d}",
                "Account__c": account.account_id,
                "Outlook__c": float(stated),
                "Relationship_Depth__c": float(deep),
                "Reason_Codes__c": reason,
                "CreatedById": csm_at(csms, at),
                "CreatedDate": at,
                "LastModifiedDate": edited if is_edited else at,
                "SystemModstamp": edited if is_edited else at,
            }
        )
