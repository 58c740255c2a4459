"""Salesforce contracts: one per yearly term, for who is billed elsewhere and for some others."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.clock import add_months
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

# A renewal is drafted this long before its term begins (later than any notice to the contrary), and
# activated half way.
DRAFTED_BEFORE = timedelta(days=25)
ALSO_WITH_BILLING = 0.30


def contract_records(story: Story, as_of: datetime) -> list[dict]:
    account = story.account
    also_here = account.is_annual and account.place("contract") < ALSO_WITH_BILLING
    if account.has_recurly and not also_here:
        return []
    records = []
    for life in story.lives:
        starts, number = life.paid_from, 0
        while life.ends_at is None or starts < life.ends_at:
            created = starts - DRAFTED_BEFORE
            if created >= as_of:
                break
            records.append(_record(story, life.number * 1000 + number, starts, created, as_of))
            number += 1
            starts = add_months(life.paid_from, 12 * number)
    return records


def _record(
    story: Story, number: int, starts: datetime, created: datetime, as_of: datetime
) -> dict:
    activated = starts - DRAFTED_BEFORE / 2
    is_active = activated < as_of
    return {
        "Id": salesforce_id("Contract", story.account.index, number),
        "IsDeleted": False,
        "ContractNumber": f"{story.account.index:05d}{number:03d}",
        "AccountId": story.account.account_id,
        "Status": "Activated" if is_active else "Draft",
        "StatusCode": "Activated" if is_active else "Draft",
        "StartDate": starts.date(),
        "EndDate": add_months(starts, 12).date(),
        "ContractTerm": 12,
        "ActivatedDate": activated if is_active else None,
        "CreatedDate": created,
        "SystemModstamp": activated if is_active else created,
    }
