"""Contacts as the CRM knows them: under which account, in which role, with what left blank."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.account_paths import Path
from ingestion.sandbox.company.contacts import Contact
from ingestion.sandbox.company.crm_history import history_records
from ingestion.sandbox.company.merges_and_deletions import duplicate_of, is_filed_apart
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

# Roles that were noticed only after a while, contacts that were first filed under another account.
NOTICED_LATER, MISFILED = 0.06, 0.01
# What nobody filled in.
NO_EMAIL, NO_SENIORITY = 0.05, 0.25


def contact_paths(story: Story, contact: Contact) -> dict[str, Path]:
    """Account and role over time."""
    dice, account, created = story.account.dice, story.account, contact.created_at
    days = dice.between(15, 60, "contact:settled", contact.number)
    settled = (created + timedelta(days=days)).replace(microsecond=0)
    role: Path = [(created, contact.role)]
    filed: Path = [(created, account.account_id)]
    duplicate = duplicate_of(account)
    if duplicate and is_filed_apart(account, contact.contact_id, created):
        filed = [(created, duplicate.account_id), (duplicate.merged_at, account.account_id)]
    if contact.left_at and contact.left_at <= settled:
        return {"Role_Type__c": role, "AccountId": filed}
    if contact.role and dice.uniform("contact:noticed", contact.number) < NOTICED_LATER:
        role = [(created, None), (settled, contact.role)]
    misfiled = dice.uniform("contact:misfiled", contact.number) < MISFILED
    if misfiled and not contact.role and not duplicate:
        neighbour = salesforce_id("Account", account.index ^ 1)
        filed = [(created, neighbour), (settled, account.account_id)]
    return {"Role_Type__c": role, "AccountId": filed}


def known_email(story: Story, contact: Contact) -> str | None:
    """The address in the CRM; the person has one also where nobody wrote it down."""
    unknown = story.account.dice.uniform("contact:no_email", contact.number) < NO_EMAIL
    return None if unknown else contact.email


def known_seniority(story: Story, contact: Contact) -> str | None:
    unknown = story.account.dice.uniform("contact:no_seniority", contact.number) < NO_SENIORITY
    return None if unknown else contact.seniority


def contact_history(story: Story, contacts: list[Contact], as_of: datetime) -> list[dict]:
    records = []
    for contact in contacts:
        paths, parent = contact_paths(story, contact), ("ContactId", contact.contact_id)
        first_number = 200 * contact.number
        records += history_records(
            "ContactHistory", story.account.index, paths, parent, as_of, first_number
        )
    return records


def contact_records(story: Story, contacts: list[Contact], as_of: datetime) -> list[dict]:
    records = []
    for contact in contacts:
        if contact.created_at >= as_of:
            continue
        left = contact.left_at if contact.left_at and contact.left_at < as_of else None
        bounced = contact.bounced_at if contact.bounced_at and contact.bounced_at < as_of else None
        paths = contact_paths(story, contact)
        steps = {
            field: [step for step in path if step[0] < as_of][-1] for field, path in paths.items()
        }
        moments = (contact.created_at, left, bounced, *(since for since, _ in steps.values()))
        changed = max(moment for moment in moments if moment)
        records.append(
            {
                "Id": contact.contact_id,
                "IsDeleted": False,
                "MasterRecordId": None,
                "AccountId": steps["AccountId"][1],
                "FirstName": contact.given,
                "LastName": contact.surname,
                "Name": f"{contact.given} {contact.surname}",
                "Email": known_email(story, contact),
                "Title": contact.title,
                "Department": None,
                "CreatedDate": contact.created_at,
                "LastModifiedDate": changed,
                "SystemModstamp": changed,
                "Role_Type__c": steps["Role_Type__c"][1],
                "Seniority__c": known_seniority(story, contact),
                "Left_On__c": left.date() if left else None,
                "IsEmailBounced": bounced is not None,
                "EmailBouncedDate": bounced,
                "EmailBouncedReason": "550 5.1.1 mailbox unavailable" if bounced else None,
            }
        )
    return records
