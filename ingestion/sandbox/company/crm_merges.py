"""What merges and deletions of accounts do to the CRM's records."""

from __future__ import annotations

from datetime import datetime

from ingestion.sandbox.company.crm_accounts import bare_record
from ingestion.sandbox.company.merges_and_deletions import (
    FIRST_DUPLICATE,
    duplicate_of,
    is_filed_apart,
)
from ingestion.sandbox.company.traits import Account

# Object -> the fields that name its account. Contacts follow their own path, see contacts.py.
PARENT_FIELDS = {
    "Task": ("AccountId", "WhatId"),
    "Event": ("AccountId", "WhatId"),
    "EmailMessage": ("RelatedToId",),
    "CSM_Sentiment__c": ("Account__c",),
    "Outreach__c": ("Account__c",),
    "Advocacy_Act__c": ("Account__c",),
}
LOGS = ("AccountHistory", "ContactHistory")
Records = dict[str, list[dict]]


def duplicate_record(account: Account, as_of: datetime) -> list[dict]:
    """The account's second record: alive until it is merged, then deleted and pointing to the
    first. It knows neither the shared id nor a website."""
    duplicate = duplicate_of(account)
    if duplicate is None or duplicate.created_at >= as_of:
        return []
    is_merged = duplicate.merged_at < as_of
    stamp = duplicate.merged_at if is_merged else duplicate.created_at
    return [
        {
            **bare_record(FIRST_DUPLICATE + account.index, account.name, duplicate.created_at),
            "Name": f"{account.name} Ltd",
            "Type": "Customer - Direct",
            "BillingCountry": account.country,
            "IsDeleted": is_merged,
            "MasterRecordId": account.account_id if is_merged else None,
            "LastModifiedDate": stamp,
            "SystemModstamp": stamp,
        }
    ]


def file_apart(account: Account, records: Records, as_of: datetime) -> None:
    """Move records under the duplicate; after the merge they are back, stamped by it."""
    duplicate = duplicate_of(account)
    if duplicate is None:
        return
    for name, fields in PARENT_FIELDS.items():
        for row in records[name]:
            if not is_filed_apart(account, row["Id"], row["CreatedDate"]):
                continue
            if duplicate.merged_at < as_of:
                row["SystemModstamp"] = max(row["SystemModstamp"], duplicate.merged_at)
            else:
                row |= dict.fromkeys(fields, duplicate.account_id)


def delete_all(records: Records, at: datetime) -> None:
    """A deleted account takes everything below it along, and its log is gone."""
    for name, rows in records.items():
        if name in LOGS:
            rows.clear()
        for row in rows:
            row |= {"IsDeleted": True, "SystemModstamp": at}
