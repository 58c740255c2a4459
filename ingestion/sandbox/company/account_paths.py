"""How each field of an account in the CRM came to what it is: its values over time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ingestion.sandbox.company.advocacy import reference_path
from ingestion.sandbox.company.clock import DEFAULT_AS_OF
from ingestion.sandbox.company.crm_users import user_id
from ingestion.sandbox.company.merges_and_deletions import PARENTS_KNOWN_FROM, parent_id
from ingestion.sandbox.company.realised_value import value_path
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.traits import INDUSTRIES

# (instant, value from then on), the first from when the record was made.
Path = list[tuple[datetime, Any]]
RENAMED = RECLASSIFIED = NEW_OWNER = 0.06
GREW, PLACED_LATER = 0.30, 0.15
# Of the accounts of high growth; and of the others, which were taken for one at first.
FLAGGED_LATER, WAS_FLAGGED = 0.50, 0.10


def account_paths(
    story: Story, created: datetime, stages: Path, csms: list[tuple[datetime, str]]
) -> dict[str, Path]:
    """Field -> its path. Descriptive fields end at what the account is known for everywhere."""
    account = story.account
    # 5 % have nobody named: the owner looks after them.
    has_csm = account.dice.uniform("crm:csm") >= 0.05 and bool(story.lives)
    handed = csms if has_csm else []
    values, references = value_path(story), reference_path(story)
    is_new = {"Prospect", "Trial"}
    paths: dict[str, Path] = {
        "Lifecycle_Stage__c": stages,
        "Type": [(t, "Prospect" if s in is_new else "Customer - Direct") for t, s in stages],
        "Customer_Since__c": [(created, None), *_customer_since(story)],
        "CSM__c": [(created, None), *handed],
        "CSM_Since__c": [(created, None), *((t, t.date()) for t, _ in handed)],
        "Realised_Value__c": [(created, None), *values],
        "Realised_Value_Date__c": [(created, None), *((t, t.date()) for t, _ in values)],
        "Reference_Since__c": [(created, None), *((t, since) for t, since, _ in references)],
        "Reference_Until__c": [(created, None), *((t, until) for t, _, until in references)],
        "ParentId": [(created, None), *_parent(story, created)],
    }
    return paths | _described(story, created)


def _parent(story: Story, created: datetime) -> Path:
    parent = parent_id(story.account)
    return [(max(created, PARENTS_KNOWN_FROM), parent)] if parent else []


def _customer_since(story: Story) -> Path:
    if not story.lives:
        return []
    paid = story.lives[0].paid_from
    # Some were customers of a product that the billing system does not know.
    earlier = 400 if story.account.dice.uniform("crm:earlier") < 0.03 else 0
    return [(paid, (paid - timedelta(days=earlier)).date())]


def _described(story: Story, created: datetime) -> dict[str, Path]:
    """What people correct now and then, between the record's making and two years later."""
    account, dice = story.account, story.account.dice

    def once(kind: str, share: float, now: Any, before: Callable[[], Any]) -> Path:
        if dice.uniform(f"crm:{kind}") >= share:
            return [(created, now)]
        moment = created + timedelta(days=dice.between(60, 730, f"crm:{kind}:day"))
        if moment >= DEFAULT_AS_OF:
            # By then every account is what it is known for.
            return [(created, now)]
        return [(created, before()), (moment.replace(microsecond=0), now)]

    smaller = 1 - dice.between(0.1, 0.5, "crm:grew:by")
    left = next(other for other in INDUSTRIES if other != account.industry)
    return {
        "Name": once("renamed", RENAMED, account.name, lambda: f"{account.name} Inc"),
        "NumberOfEmployees": once(
            "grew", GREW, account.employees, lambda: max(round(account.employees * smaller), 1)
        ),
        "Is_High_Growth__c": once(
            "flagged",
            FLAGGED_LATER if account.is_high_growth else WAS_FLAGGED,
            account.is_high_growth,
            lambda: not account.is_high_growth,
        ),
        "Industry": once("classified", RECLASSIFIED, account.industry, lambda: left),
        "BillingState": once("placed", PLACED_LATER, account.state or None, lambda: None),
        "BillingCountry": once("placed", PLACED_LATER, account.country, lambda: None),
        "OwnerId": once("owner", NEW_OWNER, user_id(account, 3), lambda: user_id(account, 4)),
    }
