"""Everything that Salesforce shows."""

from __future__ import annotations

from ingestion.sandbox.company.advocacy import act_records
from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.contacts import (
    contact_history,
    contact_records,
    simulate_contacts,
)
from ingestion.sandbox.company.contracts import contract_records
from ingestion.sandbox.company.crm_accounts import (
    account_record,
    created_at,
    other_accounts,
    paths_of,
)
from ingestion.sandbox.company.crm_activities import OBJECTS, activity_records
from ingestion.sandbox.company.crm_history import history_records
from ingestion.sandbox.company.crm_users import csm_path, user_records
from ingestion.sandbox.company.engagements import simulate_touches
from ingestion.sandbox.company.identity import website
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
        csms, contacts = csm_path(story), simulate_contacts(story)
        touches = simulate_touches(story, contacts, csms)
        paths, account = paths_of(story, csms), story.account
        records["Account"].append(account_record(story, paths, website(account), as_of))
        records["AccountHistory"] += history_records(
            "AccountHistory", account.index, paths, ("AccountId", account.account_id), as_of
        )
        records["Contact"] += contact_records(story, contacts, as_of)
        records["ContactHistory"] += contact_history(story, contacts, as_of)
        records["CampaignMember"] += member_records(story, touches, as_of)
        records["Contract"] += contract_records(story, as_of)
        records["CSM_Sentiment__c"] += sentiment_records(story, csms, as_of)
        records["Onboarding_Milestone__c"] += milestone_records(story, as_of)
        records["Outreach__c"] += outreach_records(story, contacts, csms, as_of)
        records["Advocacy_Act__c"] += act_records(story, as_of)
        records["Health_Override__c"] += override_records(story, csms, as_of)
        for name, rows in activity_records(story, touches, as_of).items():
            records[name] += rows
    return records
