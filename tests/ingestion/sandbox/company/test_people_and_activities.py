"""Activities that count as two-way, and the ones that must not."""

from __future__ import annotations

from collections import Counter

from ingestion.sandbox.company import Company
from ingestion.sandbox.company.merges_and_deletions import FIRST_DUPLICATE, MERGED_IN_CRM
from ingestion.sandbox.company.vendor_ids import salesforce_id


def test_every_method_of_engagement_occurs_and_so_do_efforts_that_are_none(
    company: Company,
) -> None:
    tasks = company.salesforce["Task"]
    calls = Counter((t["CallType"], t["CallDisposition"]) for t in tasks if t["IsClosed"])
    assert calls[("Outbound", "Connected")] > 500
    assert calls[("Outbound", "Left voicemail")] > 100
    assert calls[("Internal", "Connected")] > 20
    messages = Counter(m["Incoming"] for m in company.salesforce["EmailMessage"])
    assert messages[True] > 500 and messages[False] > 500
    assert any(e["IsChild"] for e in company.salesforce["Event"])
    answers = Counter(r["Status"] for r in company.salesforce["EventRelation"])
    assert answers["Accepted"] > answers["Declined"] > 0
    members = Counter(m["Status"] for m in company.salesforce["CampaignMember"])
    assert members["Attended"] > members["No Show"] > 0
    outreach = company.salesforce["Outreach__c"]
    assert any(o["Auto_Reply__c"] for o in outreach)
    assert any(not o["Delivered__c"] for o in outreach)


def test_activities_name_people_of_their_own_account(company: Company) -> None:
    # Two records of the same account, one of which is merged into the other later.
    same = {
        salesforce_id("Account", FIRST_DUPLICATE + number): salesforce_id("Account", number)
        for number in MERGED_IN_CRM
    }
    account_of = {
        c["Id"]: same.get(c["AccountId"], c["AccountId"]) for c in company.salesforce["Contact"]
    }
    users = {user["Id"] for user in company.salesforce["User"]}
    for activity in company.salesforce["Task"] + company.salesforce["Event"]:
        about = same.get(activity["AccountId"], activity["AccountId"])
        assert activity["WhoId"] is None or account_of[activity["WhoId"]] == about
        assert activity["OwnerId"] in users
    address = {c["Email"]: account_of[c["Id"]] for c in company.salesforce["Contact"]}
    for message in company.salesforce["EmailMessage"]:
        if message["Incoming"] and message["FromAddress"] in address:
            about = same.get(message["RelatedToId"], message["RelatedToId"])
            assert address[message["FromAddress"]] == about


def test_contacts_leave_and_some_of_their_mail_bounces(company: Company) -> None:
    contacts = company.salesforce["Contact"]
    left = [c for c in contacts if c["Left_On__c"]]
    bounced = [c for c in contacts if c["IsEmailBounced"]]
    assert len(left) > 40 and 0.3 < len(bounced) / len(left) < 0.8
    assert all(c["EmailBouncedDate"].date() >= c["Left_On__c"] for c in bounced)
    assert {c["Role_Type__c"] for c in contacts} == {
        "Champion",
        "Executive Sponsor",
        "Administrator",
        "Power User",
        None,
    }


def test_people_are_recognisably_invented(company: Company) -> None:
    from ingestion.sandbox.company.names import SURNAMES

    surnames = {surname.lower() for surname in SURNAMES}
    for visitor in company.pendo["visitors"]:
        email = visitor["metadata"]["agent"]["email"]
        assert email.split("@")[0].split(".")[1] in surnames
