"""A webinar a month: campaigns for all customers, and who registered, came or stayed away."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.engagements import Touch, webinar_at
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

_CAMPAIGNS = 995_000
ABSENT_A_MONTH = 0.05


def campaign_id(month_number: int) -> str:
    return salesforce_id("Campaign", _CAMPAIGNS, month_number)


def campaign_records(clock: Clock) -> list[dict]:
    records = []
    for month in range(clock.month_of(clock.events_from), clock.length):
        starts, _ = clock.month(month)
        at = webinar_at(starts)
        created, ended = at - timedelta(days=30), at + timedelta(hours=2)
        if created >= clock.as_of:
            continue
        is_over = ended < clock.as_of
        records.append(
            {
                "Id": campaign_id(clock.origin + month),
                "IsDeleted": False,
                "Name": f"Product webinar {at:%Y-%m}",
                "Type": "Webinar",
                "Status": "Completed" if is_over else "Planned",
                "IsActive": not is_over,
                "StartDate": at.date(),
                "EndDate": at.date(),
                "CreatedDate": created,
                "SystemModstamp": ended if is_over else created,
            }
        )
    return records


def member_records(story: Story, touches: list[Touch], as_of: datetime) -> list[dict]:
    """One member per contact and campaign: attended, or registered and absent."""
    attended = {
        (story.clock.month_of(touch.at), touch.contacts[0]): True
        for touch in touches
        if touch.kind == "webinar"
    }
    for month in story.months():
        key = story.clock.origin + month
        present = [t.contacts[0] for t in touches if t.number // 1000 == key]
        if present and story.account.dice.uniform("webinar:absent", key) < ABSENT_A_MONTH:
            attended.setdefault((month, present[0]), False)
    records = []
    for (month, contact), came in attended.items():
        at = webinar_at(story.clock.month(month)[0])
        created, ended = at - timedelta(days=5), at + timedelta(hours=2)
        if created >= as_of:
            continue
        is_over = ended < as_of
        status = ("Attended" if came else "No Show") if is_over else "Registered"
        number = (story.clock.origin + month) * 1000 + contact.number
        records.append(
            {
                "Id": salesforce_id("CampaignMember", story.account.index, number),
                "IsDeleted": False,
                "CampaignId": campaign_id(story.clock.origin + month),
                "ContactId": contact.contact_id,
                "LeadId": None,
                "Status": status,
                "HasResponded": status == "Attended",
                "FirstRespondedDate": at.date() if status == "Attended" else None,
                "CreatedDate": created,
                "SystemModstamp": ended if is_over else created,
            }
        )
    return records
