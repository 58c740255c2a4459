"""What a vendor changed without saying so, found and reported by a full reload."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion import full_reload as reloading
from ingestion.full_reload import Correction, full_reload
from ingestion.sandbox.http_service import epoch_seconds
from ingestion.warehouse import VENDORS, VendorLoadError, load
from tests.ingestion.changing_company import JULY
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import contents, query


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_full_reload_of_what_is_complete_corrects_nothing(
    vendor: str, loaded: Path, serve: Serve
) -> None:
    first = contents(loaded, vendor)
    serve(JULY)
    assert full_reload(vendor, JULY) == []
    assert contents(loaded, vendor) == first


def test_a_value_that_changed_without_a_stamp_is_corrected(loaded: Path, serve: Serve) -> None:
    def silently(company: Any) -> None:
        company.salesforce["Account"][0]["NumberOfEmployees"] = 999
        company.zendesk["tickets"][0]["tags"] = ["outage"]
        company.recurly["invoices"][0]["credit_payments"][0]["amount"] = 11.0

    serve(JULY, edit=silently)
    for vendor in VENDORS:
        load(vendor, JULY.replace(hour=1))
    found = {vendor: full_reload(vendor, JULY.replace(hour=1)) for vendor in VENDORS}
    assert found == {
        "salesforce": [Correction("accounts", added=0, changed=1, gone=0)],
        "pendo": [],
        "zendesk": [Correction("tickets", added=0, changed=1, gone=0)],
        "recurly": [Correction("credit_payments", added=0, changed=1, gone=0)],
    }
    employees = "select number_of_employees from raw_salesforce.accounts order by id limit 1"
    assert query(loaded, employees) == [(999,)]
    assert query(loaded, "select value from raw_zendesk.tickets__tags") == [("outage",)]


def test_a_record_that_came_with_an_old_stamp_is_added(loaded: Path, serve: Serve) -> None:
    def late(company: Any) -> None:
        contact = company.salesforce["Contact"][0]
        company.salesforce["Contact"].append(contact | {"Id": "003000000000009AAA"})

    serve(JULY, edit=late)
    load("salesforce", JULY)
    assert full_reload("salesforce", JULY) == [Correction("contacts", 1, 0, 0)]


def test_what_is_no_longer_listed_is_marked_or_removed_and_logs_are_kept(
    loaded: Path, serve: Serve
) -> None:
    def purge(company: Any) -> None:
        del company.salesforce["Account"][1]
        company.salesforce["AccountHistory"].clear()
        company.zendesk["organizations"].clear()
        company.zendesk["tickets"].clear()
        company.zendesk["ticket_events"].clear()
        company.recurly["accounts"].clear()

    serve(JULY, edit=purge)
    changed = [Correction("accounts", 0, 1, 0)]
    assert full_reload("salesforce", JULY) == changed
    assert full_reload("zendesk", JULY) == [
        Correction("organizations", 0, 1, 0),
        Correction("tickets", 0, 1, 0),
    ]
    assert full_reload("recurly", JULY) == [Correction("accounts", 0, 0, 1)]
    deleted = "select is_deleted, system_modstamp from raw_salesforce.accounts order by id desc"
    assert query(loaded, deleted)[0] == (True, JULY)
    assert query(loaded, "select count(*) from raw_salesforce.account_history") == [(2,)]
    organizations = "select deleted_at, updated_at from raw_zendesk.organizations"
    assert query(loaded, organizations) == [(JULY, JULY)]
    assert query(loaded, "select status from raw_zendesk.tickets") == [("deleted",)]
    assert query(loaded, "select count(*) from raw_zendesk.ticket_events") == [(1,)]
    assert query(loaded, "select count(*) from raw_recurly.accounts__custom_fields") == [(0,)]
    # Once is enough.
    for vendor in VENDORS:
        assert full_reload(vendor, JULY) == []


def test_what_was_changed_while_it_was_read_is_not_taken_for_gone(
    loaded: Path, serve: Serve
) -> None:
    """A list up to as_of lacks it, and so does Zendesk's export for its last minute."""
    since = JULY + timedelta(minutes=59, seconds=30)

    def edited(company: Any) -> None:
        for name in ("Account", "Contact", "User"):
            company.salesforce[name][0] |= {"SystemModstamp": since}
        company.zendesk["organizations"][0] |= {"updated_at": since}
        stamps = {"updated_at": since, "generated_timestamp": epoch_seconds(since)}
        company.zendesk["tickets"][0] |= stamps
        for name in ("accounts", "subscriptions", "invoices"):
            company.recurly[name][0] |= {"updated_at": since}

    before = {vendor: contents(loaded, vendor) for vendor in VENDORS}
    serve(JULY + timedelta(hours=1), edit=edited)
    assert {vendor: full_reload(vendor, JULY) for vendor in VENDORS} == dict.fromkeys(VENDORS, [])
    assert {vendor: contents(loaded, vendor) for vendor in VENDORS} == before


def test_a_lost_permission_is_not_taken_for_deletions(
    loaded: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reloading, "FEW_GONE", 0)
    serve(JULY, edit=lambda company: company.salesforce["Account"].pop())
    with pytest.raises(VendorLoadError, match="1 of 2 records are no longer listed.*permission"):
        full_reload("salesforce", JULY)
    assert query(loaded, "select count(*) from raw_salesforce.accounts where is_deleted") == [(0,)]
    # Not taken for a reload that found nothing either.
    unfinished = "select distinct changed from raw_salesforce.full_reloads"
    assert query(loaded, unfinished) == [(None,)]


def test_an_object_that_became_hidden_leaves_its_records_alone(loaded: Path, serve: Serve) -> None:
    serve(JULY, lacks=["CSM_Sentiment__c"])
    assert full_reload("salesforce", JULY) == []
    assert query(loaded, "select is_deleted from raw_salesforce.csm_sentiments") == [(False,)]


def test_days_that_aged_out_at_pendo_are_kept_and_corrected_ones_replaced(
    loaded: Path, serve: Serve
) -> None:
    days = "select count(distinct day) from raw_pendo.events"
    assert query(loaded, days) == [(2,)]

    def without(*gone: int) -> Any:
        def edit(company: Any) -> None:
            rows = [row for row in company.pendo["events"].to_pylist() if row["day"] not in gone]
            table = company.pendo["events"]
            company.pendo["events"] = type(table).from_pylist(rows, schema=table.schema)

        return edit

    all_days = [day for (day,) in query(loaded, "select distinct day from raw_pendo.events")]
    serve(JULY, edit=without(min(all_days)))
    assert full_reload("pendo", JULY) == [Correction("events", 0, 0, 1)]
    assert query(loaded, days) == [(1,)]
    serve(JULY, edit=without(*all_days))
    assert full_reload("pendo", JULY) == []
    assert query(loaded, days) == [(1,)]


def test_a_vendor_without_a_key_has_nothing_to_reload(warehouse: Path) -> None:
    assert full_reload("recurly", JULY) == []
