"""Health bands that a CSM sets by hand for some weeks, because the score does not know yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.crm_users import csm_at
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

OVERRIDES_A_MONTH = 0.03
WITHDRAWN = 0.10
REASONS = ("Champion Left", "Executive Escalation", "Renewal At Risk", "Outage", "Data Gap")
# Some ask for more than the 30 days that an override may last.
SHORTEST_DAYS, LONGEST_DAYS = 7, 45


def override_records(story: Story, csms: list[tuple[datetime, str]], as_of: datetime) -> list[dict]:
    dice, records = story.account.dice, []
    for month in story.months():
        key = story.clock.origin + month
        created = dice.moment(*story.clock.month(month), "override:moment", key)
        set_by_hand = dice.uniform("override", key) < OVERRIDES_A_MONTH
        if not set_by_hand or created >= as_of or not story.is_customer(created):
            continue
        lasts = timedelta(days=dice.between(SHORTEST_DAYS, LONGEST_DAYS, "override:days", key))
        withdrawn = None
        if dice.uniform("override:withdrawn", key) < WITHDRAWN:
            withdrawn = created + lasts * dice.between(0.1, 0.8, "override:until", key)
            withdrawn = withdrawn.replace(microsecond=0)
        is_deleted = withdrawn is not None and withdrawn < as_of
        changed = withdrawn if withdrawn and is_deleted else created
        seen = float(story.level[month]) + 0.5 * dice.normal("override:seen", key)
        records.append(
            {
                "Id": salesforce_id("Health_Override__c", story.account.index, key),
                "IsDeleted": is_deleted,
                "Name": f"HO-{story.account.index:05d}-{key}",
                "Account__c": story.account.account_id,
                "Band__c": "Red" if seen < -0.5 else "Yellow" if seen < 0.4 else "Green",
                "Reason_Code__c": dice.pick(REASONS, "override:reason", key),
                "Expires_On__c": (created + lasts).date(),
                "CreatedById": csm_at(csms, created),
                "CreatedDate": created,
                "LastModifiedDate": changed,
                "SystemModstamp": changed,
            }
        )
    return records
