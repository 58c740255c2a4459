"""Everything that Salesforce shows."""

from __future__ import annotations

from datetime import datetime

from ingestion.sandbox.company.advocacy import act_records
from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.contacts import simulate_contacts
from ingestion.sandbox.company.contracts import contract_records
from ingestion.sandbox.company.crm_accounts import (
    account_record,
    created_at,
    other_accounts,
    paths_of,
)
from ingestion.sandbox.company.crm_activities import OBJECTS, activity_records
from ingestion.sandbox.company.crm_contacts import contact_history, contact_records
from ingestion.sandbox.company.crm_history import history_records
from ingestion.sandbox.company.crm_merges import delete_all, duplicate_record, file_apart
from ingestion.sandbox.company.crm_users import csm_path, user_records
from ingestion.sandbox.company.engagements import simulate_touches
from ingestion.sandbox.company.identity import website
from ingestion.sandbox.company.merges_and_deletions import deleted_at
from ingestion.sandbox.company.onboarding import milestone_records
from ingestion.sandbox.company.outreach import outreach_records
from ingestion.sandbox.company.overrides import override_records
from ingestion.sandbox.company.sentiments import sentiment_records
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.webinars import campaign_records, member_records


def simulate_crm(
    seed: int, stories: list[Story], clock: Clock, sold: Catalogue
) -> dict[str, list[dict]]:
    """Records by sObject."""
    as_of = clock.as_of
    records: dict[str, list[dict]] = {
        "Account": other_accounts(seed, as_of),
        "Contact": [],
        "User": user_records([s.account for s in stories], sold.own_domains[0]),
        **{name: [] for name in OBJECTS},
        "Campaign": campaign_records(clock),
        "CampaignMember": [],
        "Contract": [],
        "CSM_Sentiment__c": [],
        "Onboarding_Milestone__c": [],
        "Outreach__c": [],
        "Advocacy_Act__c": [],
        "Health_Override__c": [],
        "AccountHistory": [],
        "ContactHistory": [],
    }
    for story in stories:
        if created_at(story) >= as_of:
            continue
        gone = deleted_at(story.account)
        is_deleted = gone is not None and gone < as_of
        own = _records_of(story, gone if is_deleted else as_of)
        if is_deleted:
            delete_all(own, gone)
        for name, rows in own.items():
            records[name] += rows
    return records


def _records_of(story: Story, as_of: datetime) -> dict[str, list[dict]]:
    """One account's records, by sObject."""
    csms, contacts = csm_path(story), simulate_contacts(story)
    touches = simulate_touches(story, contacts, csms)
    paths, account = paths_of(story, csms), story.account
    records = {
        "Account": [
            account_record(story, paths, website(account), as_of),
            *duplicate_record(account, as_of),
        ],
        "AccountHistory": history_records(
            "AccountHistory", account.index, paths, ("AccountId", account.account_id), as_of
        ),
        "Contact": contact_records(story, contacts, as_of),
        "ContactHistory": contact_history(story, contacts, as_of),
        "CampaignMember": member_records(story, touches, as_of),
        "Contract": contract_records(story, as_of),
        "CSM_Sentiment__c": sentiment_records(story, csms, as_of),
        "Onboarding_Milestone__c": milestone_records(story, as_of),
        "Outreach__c": outreach_records(story, contacts, csms, as_of),
        "Advocacy_Act__c": act_records(story, as_of),
        "Health_Override__c": override_records(story, csms, as_of),
        **activity_records(story, touches, as_of),
    }
    file_apart(account, records, as_of)
    return records
