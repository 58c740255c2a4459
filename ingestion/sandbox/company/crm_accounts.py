"""Salesforce accounts: customers, prospects and partners as the CRM knows them at an instant."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.sandbox.company.account_paths import Path, account_paths
from ingestion.sandbox.company.draws import Dice
from ingestion.sandbox.company.merges_and_deletions import duplicate_of
from ingestion.sandbox.company.names import company_domain, company_name
from ingestion.sandbox.company.onboarding import deployed_at
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import company_key, salesforce_id

FIRST_OTHER_ACCOUNT = 910_000
PROSPECTS, PARTNERS = 6, 3
# A CSM marks a customer as churned some days after the end, and now and then forgets a stage.
MARKED_AFTER = timedelta(days=6)
NEVER_STAGED = 0.015
# Some have to be implemented a second time.
MULLIGAN, MULLIGAN_DAYS = 0.08, 240


def created_at(story: Story) -> datetime:
    """The CRM knows an account some weeks before it buys."""
    days = story.account.dice.between(25, 120, "crm:created")
    return (story.account.starts_at - timedelta(days=days)).replace(microsecond=0)


def stage_path(story: Story) -> list[tuple[datetime, str]]:
    """Lifecycle stage from each instant on, as people maintain it."""
    dice = story.account.dice
    path = [(created_at(story), "Prospect")]
    if not story.lives or dice.uniform("crm:unstaged") < NEVER_STAGED:
        return path
    first = story.lives[0]
    if first.trial_ends_at:
        path.append((first.activated_at + timedelta(minutes=5), "Trial"))
    path.append((first.paid_from + timedelta(hours=3), "Deployment"))
    implemented = deployed_at(story) + timedelta(hours=5)
    path.append((implemented, "Implemented"))
    if story.account.place("mulligan") < MULLIGAN:
        again = implemented + timedelta(days=dice.between(90, 700, "crm:mulligan:day"))
        path += [(again, "Mulligan"), (again + timedelta(days=MULLIGAN_DAYS), "Implemented")]
    for number, life in enumerate(story.lives):
        if life.ends_at is None:
            continue
        path = [
            step for step in path if step[0] < life.ends_at or step[0] > life.ends_at + MARKED_AFTER
        ]
        path.append((life.ends_at + MARKED_AFTER, "Churned"))
        if number + 1 < len(story.lives):
            back = max(story.lives[number + 1].activated_at, life.ends_at + MARKED_AFTER)
            path.append((back + timedelta(hours=4), "Implemented"))
        else:
            path = [step for step in path if step[0] <= life.ends_at + MARKED_AFTER]
    return sorted(path)


def paths_of(story: Story, csms: list[tuple[datetime, str]]) -> dict[str, Path]:
    """Every field that changes, with its values over time."""
    return account_paths(story, created_at(story), stage_path(story), csms)


def account_record(
    story: Story, paths: dict[str, Path], website: str | None, as_of: datetime
) -> dict:
    account = story.account
    created = created_at(story)
    steps = {
        field: [step for step in path if step[0] < as_of] or path[:1]
        for field, path in paths.items()
    }
    changed = max(created, *(path[-1][0] for path in steps.values()))
    duplicate = duplicate_of(account)
    if duplicate and duplicate.merged_at < as_of:
        changed = max(changed, duplicate.merged_at)
    return {
        **bare_record(account.index, account.name, created),
        "Website": website,
        "Company_ID__c": account.company_id,
        **{field: path[-1][1] for field, path in steps.items()},
        "LastModifiedDate": changed,
        "SystemModstamp": changed,
    }


def other_accounts(seed: int, as_of: datetime) -> list[dict]:
    """Prospects that never bought, and partners: neither has a subscription."""
    records = []
    for number in range(PROSPECTS + PARTNERS):
        dice = Dice(seed, FIRST_OTHER_ACCOUNT + number)
        created = dice.moment(datetime(2024, 5, 1), datetime(2026, 10, 1), "other:created")
        if created >= as_of:
            continue
        name = company_name(dice)
        is_partner = number >= PROSPECTS
        records.append(
            {
                **bare_record(dice.account, name, created),
                "Type": "Channel Partner / Reseller" if is_partner else "Prospect",
                "Industry": "Technology" if is_partner else "Retail",
                "NumberOfEmployees": 120,
                "Website": f"https://{company_domain(name, 'Germany', dice)}",
                "BillingCountry": "Germany",
                "OwnerId": salesforce_id("User", 0, 3),
                "Company_ID__c": company_key(dice.account),
                "Lifecycle_Stage__c": None if is_partner else "Prospect",
            }
        )
    return records


def bare_record(index: int, name: str, created: datetime) -> dict:
    """Every field that an Account has here, empty where nothing is known."""
    return {
        "Id": salesforce_id("Account", index),
        "IsDeleted": False,
        "MasterRecordId": None,
        "Name": name,
        "Type": None,
        "ParentId": None,
        "Industry": None,
        "NumberOfEmployees": None,
        "Website": None,
        "BillingState": None,
        "BillingCountry": None,
        "OwnerId": None,
        "CreatedDate": created,
        "LastModifiedDate": created,
        "SystemModstamp": created,
        "Company_ID__c": None,
        "Lifecycle_Stage__c": None,
        "Is_High_Growth__c": False,
        "Customer_Since__c": None,
        "CSM__c": None,
        "CSM_Since__c": None,
        "Realised_Value__c": None,
        "Realised_Value_Date__c": None,
        "Reference_Since__c": None,
        "Reference_Until__c": None,
    }
