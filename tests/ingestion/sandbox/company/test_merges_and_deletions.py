"""Records that were merged or deleted, and what that did to others."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.company.crm_merges import PARENT_FIELDS
from ingestion.sandbox.company.local_days import epoch_ms

AFTER = datetime(2026, 11, 28)
CONTACTS = {"Contact": ("AccountId",)}


def test_a_merged_account_points_to_its_survivor_and_has_lost_its_children(
    company: Company,
) -> None:
    accounts = {account["Id"]: account for account in company.salesforce["Account"]}
    merged = [account for account in accounts.values() if account["MasterRecordId"]]
    assert len(merged) == 2
    for account in merged:
        survivor = accounts[account["MasterRecordId"]]
        assert account["IsDeleted"] and not survivor["IsDeleted"]
        stamp = account["SystemModstamp"]
        assert survivor["SystemModstamp"] >= stamp
        moved = [
            name
            for name, (parent, *_) in (PARENT_FIELDS | CONTACTS).items()
            for row in company.salesforce[name]
            if row[parent] == survivor["Id"] and row["SystemModstamp"] == stamp
        ]
        assert {"Contact", "Task", "Event", "EmailMessage", "CSM_Sentiment__c"} <= set(moved)
    kept = {row["AccountId"] for name in ("Task", "Event") for row in company.salesforce[name]}
    assert not kept & {account["Id"] for account in merged}


def test_before_a_merge_records_are_filed_under_either_account(company: Company) -> None:
    later = simulate(accounts=50, as_of=AFTER).salesforce
    merged = {a["Id"]: a["MasterRecordId"] for a in later["Account"] if a["MasterRecordId"]}
    now = {account["Id"]: account for account in company.salesforce["Account"]}
    (apart,) = [account for account in merged if not now[account]["IsDeleted"]]
    homes = Counter(task["AccountId"] for task in company.salesforce["Task"])
    assert homes[apart] and homes[merged[apart]]
    assert not any(task["AccountId"] == apart for task in later["Task"])


def test_a_deleted_account_takes_its_records_along(company: Company) -> None:
    (gone,) = [
        account
        for account in company.salesforce["Account"]
        if account["IsDeleted"] and not account["MasterRecordId"]
    ]
    children = [
        row
        for name, field in (("Contact", "AccountId"), ("Task", "AccountId"), ("Event", "AccountId"))
        for row in company.salesforce[name]
        if row[field] == gone["Id"]
    ]
    assert children
    assert all(row["IsDeleted"] for row in children)
    assert {row["SystemModstamp"] for row in children} == {gone["SystemModstamp"]}


def test_one_hierarchy_of_accounts_bites_its_own_tail(company: Company) -> None:
    parents = {a["Id"]: a["ParentId"] for a in company.salesforce["Account"] if a["ParentId"]}
    start = here = next(iter(parents))
    seen = []
    while here not in seen:
        seen.append(here)
        here = parents[here]
    assert here == start and len(seen) == len(parents) == 3


def test_a_merged_organisation_is_deleted_and_its_tickets_moved_without_a_word(
    company: Company,
) -> None:
    (old,) = [o for o in company.zendesk["organizations"] if o["deleted_at"]]
    assert old["updated_at"] == old["deleted_at"]
    tickets = company.zendesk["tickets"]
    moved = [
        ticket
        for ticket in tickets
        if ticket["generated_timestamp"] * 1000 > epoch_ms(ticket["updated_at"])
    ]
    assert moved and not any(ticket["organization_id"] == old["id"] for ticket in tickets)
    said = {
        event["ticket_id"]: child["organization_id"]
        for event in company.zendesk["ticket_events"]
        for child in event["child_events"]
        if "organization_id" in child
    }
    assert {said[ticket["id"]] for ticket in moved} == {old["id"]}
