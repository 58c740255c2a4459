"""Salesforce accounts: customers, prospects and partners as the CRM knows them at an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ingestion.sandbox.company.advocacy import reference_path
from ingestion.sandbox.company.crm_users import csm_at, user_id
from ingestion.sandbox.company.draws import Dice
from ingestion.sandbox.company.names import company_domain, company_name
from ingestion.sandbox.company.onboarding import deployed_at
from ingestion.sandbox.company.realised_value import value_path
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


def account_record(
    story: Story, csms: list[tuple[datetime, str]], website: str | None, as_of: datetime
) -> dict:
    account = story.account
    created = created_at(story)
    stages = [step for step in stage_path(story) if step[0] < as_of]
    # 5 % have nobody named: the owner looks after them.
    has_csm = account.dice.uniform("crm:csm") >= 0.05 and bool(story.lives)
    handed = [since for since, _ in csms if since < as_of] if has_csm else []
    paid = story.lives[0].paid_from if story.lives else None
    since = None
    if paid and paid < as_of:
        # Some were customers of a product that the billing system does not know.
        earlier = 400 if account.dice.uniform("crm:earlier") < 0.03 else 0
        since = (paid - timedelta(days=earlier)).date()
    values = [step for step in value_path(story) if step[0] < as_of]
    references = [step for step in reference_path(story) if step[0] < as_of]
    stated = [step[0] for step in (*values, *references)]
    changed = max([created, stages[-1][0], *handed, *stated, *([paid] if since and paid else [])])
    is_customer = stages[-1][1] not in ("Prospect", "Trial")
    return {
        **_bare_record(account.index, account.name, created),
        "Type": "Customer - Direct" if is_customer else "Prospect",
        "Industry": account.industry,
        "NumberOfEmployees": account.employees,
        "Website": website,
        "BillingState": account.state or None,
        "BillingCountry": account.country,
        "OwnerId": user_id(account, 3),
        "Company_ID__c": account.company_id,
        "Lifecycle_Stage__c": stages[-1][1],
        "Is_High_Growth__c": account.is_high_growth,
        "Customer_Since__c": since,
        "CSM__c": csm_at(csms, as_of - timedelta(seconds=1)) if handed else None,
        "CSM_Since__c": _date(handed[-1]) if handed else None,
        "Realised_Value__c": values[-1][1] if values else None,
        "Realised_Value_Date__c": _date(values[-1][0]) if values else None,
        "Reference_Since__c": references[-1][1] if references else None,
        "Reference_Until__c": references[-1][2] if references else None,
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
                **_bare_record(dice.account, name, created),
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


def _date(instant: datetime) -> date:
    return instant.date()


def _bare_record(index: int, name: str, created: datetime) -> dict:
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
