"""The states and identity dirt that later layers have to cope with are there, in their shares."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, timedelta

from ingestion.sandbox.company import Company
from ingestion.sandbox.company.catalogue import SEEDS, read_catalogue
from ingestion.sandbox.company.clock import Clock
from ingestion.sandbox.company.identity import manual_links
from ingestion.sandbox.company.traits import simulate_traits
from ingestion.sandbox.company.truth import AccountTruth


def customers(company: Company) -> list[AccountTruth]:
    return [truth for truth in company.truth if not truth.is_test]


def test_vendors_are_missing_in_their_shares(company: Company) -> None:
    links = [truth.links for truth in customers(company)]
    assert sum("zendesk" not in link for link in links) == 16
    assert sum("pendo" not in link for link in links) == 8
    assert sum("recurly" not in link for link in links) == 4
    traits = customers(company)
    assert sum(t.is_flat for t in traits) == 16
    assert sum(t.is_watermelon for t in traits) == 10 and sum(t.is_mirror for t in traits) == 6
    assert sum(t.pays_manually for t in traits) == 80


def test_every_case_of_identity_occurs(company: Company) -> None:
    cases = Counter(case for truth in customers(company) for case in truth.links.values())
    assert cases["shared_id_missing"] == 12
    assert cases["domain_only"] == 8
    assert cases["manual_only"] == 2
    assert cases["freemail_only"] == 4
    assert cases["ambiguous_domain"] == 2
    assert 4 <= cases["short_salesforce_id"] <= 6


def test_the_seed_of_manual_links_is_the_default_companys(company: Company) -> None:
    with (SEEDS / "account_links.csv").open(newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    traits = simulate_traits(7, list(range(200)), Clock(company.as_of, 24), read_catalogue())
    assert rows == manual_links(traits) and len(rows) == 2
    ids = {
        "pendo": {account["accountId"] for account in company.pendo["accounts"]},
        "zendesk": {str(organization["id"]) for organization in company.zendesk["organizations"]},
        "recurly": {account["id"] for account in company.recurly["accounts"]},
    }
    accounts = {account["Id"] for account in company.salesforce["Account"]}
    assert all(found in ids[source] and account in accounts for source, found, account in rows)


def test_some_records_have_ids_that_need_normalising(company: Company) -> None:
    external = [o["external_id"] for o in company.zendesk["organizations"] if o["external_id"]]
    assert any(value != value.strip() for value in external)
    assert any(value != value.lower() for value in external)
    held = [f["value"] for a in company.recurly["accounts"] for f in a["custom_fields"]]
    assert {len(value) for value in held} == {15, 18}
    websites = [account["Website"] for account in company.salesforce["Account"]]
    assert None in websites and any(w and not w.isascii() for w in websites)


def test_second_tenants_organisations_and_billing_accounts_occur(company: Company) -> None:
    tenants = [
        a for a in company.pendo["accounts"] if a["metadata"]["agent"]["environment"] == "test"
    ]
    assert len(tenants) >= 4
    names = Counter(account["company"] for account in company.recurly["accounts"])
    assert sum(count == 2 for count in names.values()) >= 6
    assert sum("second brand" in o["name"] for o in company.zendesk["organizations"]) >= 4


def test_test_accounts_look_like_customers_on_our_own_domain(company: Company) -> None:
    own = read_catalogue().own_domains
    tests = [truth for truth in company.truth if truth.is_test]
    assert tests and all(truth.paid and len(truth.links) == 3 for truth in tests)
    by_id = {account["Id"]: account for account in company.salesforce["Account"]}
    assert all(own[0] in by_id[t.account_id]["Website"].lower() for t in tests)


def test_visitors_include_anonymous_ones_refusals_and_people_of_two_accounts(
    company: Company,
) -> None:
    visitors = company.pendo["visitors"]
    refusals = [v for v in visitors if v["metadata"]["pendo"]["donotprocess"]]
    assert 0.001 < len(refusals) / len(visitors) < 0.006
    shared = [v for v in visitors if len(set(v["metadata"]["auto"]["accountids"])) > 1]
    assert shared
    events = company.pendo["events"].to_pandas()
    assert 0.02 < events["visitorId"].str.startswith("_PENDO_T_").mean() < 0.04
    assert 0.005 < (events["accountId"] == "").mean() < 0.015
    assert 0.003 < events.duplicated().mean() < 0.007
    bucket = ["day", "visitorId", "accountId", "appId"]
    split = events.drop_duplicates().duplicated([*bucket], keep=False)
    assert 0.15 < split.mean() < 0.35


def test_judgements_and_answers_grow_old(company: Company) -> None:
    latest = {}
    for record in company.salesforce["CSM_Sentiment__c"]:
        latest[record["Account__c"]] = max(
            latest.get(record["Account__c"], record["CreatedDate"]), record["CreatedDate"]
        )
    current = {t.account_id for t in customers(company) if t.paid and t.paid[-1][1] is None}
    ages = [company.as_of - latest[account] for account in current if account in latest]
    old = sum(age > timedelta(days=90) for age in ages) / len(ages)
    assert 0.04 < old < 0.25
    stages = Counter(a["Lifecycle_Stage__c"] for a in company.salesforce["Account"])
    assert {"Prospect", "Deployment", "Implemented", "Mulligan", "Churned"} <= set(stages)


def test_advocacy_stated_values_and_overrides_occur_with_their_rare_states(
    company: Company,
) -> None:
    accounts = company.salesforce["Account"]
    stated = [a["Realised_Value_Date__c"] for a in accounts if a["Realised_Value__c"]]
    assert 0.2 < len(stated) / len(accounts) < 0.4
    assert min(stated) < company.as_of.date() - timedelta(days=365)
    answers = [(a["Reference_Since__c"], a["Reference_Until__c"]) for a in accounts]
    assert (None, None) in answers
    assert any(since and since == until for since, until in answers)
    assert any(since and until is None for since, until in answers)
    assert len({act["Type__c"] for act in company.salesforce["Advocacy_Act__c"]}) == 5
    overrides = company.salesforce["Health_Override__c"]
    assert {override["Band__c"] for override in overrides} == {"Red", "Yellow", "Green"}
    assert any(override["IsDeleted"] for override in overrides)
    lasting = [o["Expires_On__c"] - o["CreatedDate"].date() for o in overrides]
    assert min(lasting) < timedelta(days=30) < max(lasting)


def test_some_invitations_are_never_accepted_and_a_few_withdrawn(company: Company) -> None:
    visitors = [v["metadata"] for v in company.pendo["visitors"]]
    assert all(v["agent"]["invitedat"] for v in visitors)
    never = [v for v in visitors if v["auto"]["firstvisit"] is None]
    assert 0.15 < len(never) / len(visitors) < 0.35
    withdrawn = [v for v in never if v["agent"]["deactivatedat"]]
    assert 0.01 < len(withdrawn) / len(never) < 0.05


def test_ticket_events_lead_to_what_the_ticket_shows_now(company: Company) -> None:
    fields = ("status", "priority", "organization_id")
    now: dict[int, dict] = {}
    for event in sorted(company.zendesk["ticket_events"], key=lambda e: (e["created_at"], e["id"])):
        for child in event["child_events"]:
            state = now.setdefault(event["ticket_id"], {})
            for field in fields:
                if child["event_type"] == "Change" and field in child:
                    assert state[field] == child["previous_value"]
                if field in child:
                    state[field] = child[field]
    for ticket in company.zendesk["tickets"]:
        was = now[ticket["id"]]
        # No event tells of a deletion, nor of a move because two organisations were merged.
        if ticket["status"] == "deleted":
            was["status"] = "deleted"
        stamp = ticket["updated_at"].replace(tzinfo=UTC).timestamp()
        if ticket["generated_timestamp"] > stamp:
            was["organization_id"] = ticket["organization_id"]
        assert was == {field: ticket[field] for field in fields}


def test_some_tickets_were_urgent_moved_or_reopened_on_their_way(company: Company) -> None:
    changes = [
        child
        for event in company.zendesk["ticket_events"]
        for child in event["child_events"]
        if child["event_type"] == "Change"
    ]
    assert sum(child.get("priority") == "urgent" for child in changes) > 20
    assert any(child["previous_value"] == "urgent" for child in changes)
    assert any("organization_id" in child for child in changes)
    assert any(
        (child["previous_value"], child.get("status")) == ("solved", "open") for child in changes
    )
