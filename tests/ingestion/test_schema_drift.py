"""Fields that appear, vanish or change their type at a vendor."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.sandbox import salesforce_schema
from ingestion.schema_drift import FieldChange, field_changes
from ingestion.warehouse import load
from tests.ingestion.changing_company import AUGUST, JULY
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import lacking_columns, query

CHANGES = (
    "select resource, column_name, change, type_before, type_now, as_of from raw_{}.schema_changes"
)


def with_fields(**values: Any) -> Any:
    """Every account of the CRM has these fields; no time stamp moves."""

    def edit(company: Any) -> None:
        for account in company.salesforce["Account"]:
            account.update(values)

    return edit


def test_a_new_custom_field_appears_with_the_values_of_records_that_did_not_change(
    loaded: Path, serve: Serve
) -> None:
    private = {"Fax__c": "555", "Secret_Mail__c": "jo@acme.com"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            salesforce_schema.DECLARED,
            "Account",
            salesforce_schema.DECLARED["Account"] + " Fax__c:phone Secret_Mail__c:email",
        )
        serve(AUGUST, edit=with_fields(Tier__c="gold", Seats_Sold__c=12, **private))
        load("salesforce", AUGUST)
    rows = query(
        loaded, "select name, tier_c, seats_sold_c from raw_salesforce.accounts order by 1"
    )
    assert rows == [("Acme", "gold", "12"), ("Gone", "gold", "12")]
    assert sorted(query(loaded, CHANGES.format("salesforce"))) == [
        ("accounts", "seats_sold_c", "appeared", None, "int", AUGUST),
        ("accounts", "tier_c", "appeared", None, "string", AUGUST),
    ]


def test_a_custom_field_that_changes_its_type_or_vanishes_stops_nothing(
    warehouse: Path, serve: Serve
) -> None:
    serve(JULY, edit=with_fields(Tier__c="gold", Level__c=1))
    load("salesforce", JULY)
    serve(AUGUST, edit=with_fields(Level__c="one"))
    load("salesforce", AUGUST)
    assert sorted(query(warehouse, CHANGES.format("salesforce"))) == [
        ("accounts", "level_c", "retyped", "int", "string", AUGUST),
        ("accounts", "tier_c", "vanished", "string", None, AUGUST),
    ]
    levels = "select name, tier_c, level_c from raw_salesforce.accounts order by name"
    # Acme did not change: what was loaded of it stays.
    assert query(warehouse, levels) == [("Acme", "gold", "1"), ("Gone", None, "one")]


def test_custom_fields_that_no_address_has_room_for_are_left_out(
    warehouse: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    many = {f"A_Field_With_A_Rather_Long_Name_{number:04d}__c": number for number in range(600)}
    serve(JULY, edit=with_fields(**many))
    load("salesforce", JULY)
    columns = [name for (name, *_) in query(warehouse, "describe raw_salesforce.accounts")]
    assert 200 < len([name for name in columns if name.startswith("a_field_with")]) < 600
    assert "more fields of its own than a query can name" in caplog.text


def test_a_custom_field_of_an_organisation_appears_in_zendesk(loaded: Path, serve: Serve) -> None:
    def edit(company: Any) -> None:
        company.zendesk["organizations"][0]["organization_fields"] |= {"plan": "pro", "seats": 5}

    serve(AUGUST, edit=edit)
    load("zendesk", AUGUST)
    columns = "organization_fields__plan, organization_fields__seats"
    assert query(loaded, f"select {columns} from raw_zendesk.organizations") == [("pro", "5")]
    assert {row[1:3] for row in query(loaded, CHANGES.format("zendesk"))} == {
        ("organization_fields__plan", "appeared"),
        ("organization_fields__seats", "appeared"),
    }


def test_a_field_that_vanishes_from_all_records_is_noted(loaded: Path, serve: Serve) -> None:
    def edit(company: Any) -> None:
        for invoice in company.recurly["invoices"]:
            del invoice["balance"]

    assert "invoices.balance" not in lacking_columns(loaded, "recurly")
    serve(AUGUST, edit=edit)
    load("recurly", AUGUST)
    assert "invoices.balance" in lacking_columns(loaded, "recurly")
    assert query(loaded, CHANGES.format("recurly")) == [
        ("invoices", "balance", "vanished", "double", None, AUGUST)
    ]


def test_a_load_without_a_record_tells_nothing_of_fields(loaded: Path, serve: Serve) -> None:
    before = lacking_columns(loaded, "zendesk")
    serve(JULY, edit=lambda company: company.zendesk["tickets"].clear())
    load("zendesk", JULY)
    assert query(loaded, CHANGES.format("zendesk")) == []
    assert lacking_columns(loaded, "zendesk") == before


def test_a_change_is_written_once_however_quiet_the_table_is_afterwards(
    loaded: Path, serve: Serve
) -> None:
    def edit(company: Any) -> None:
        for invoice in company.recurly["invoices"]:
            del invoice["balance"]

    serve(AUGUST, edit=edit)
    load("recurly", AUGUST)
    noted = query(loaded, CHANGES.format("recurly"))
    assert [row[:3] for row in noted] == [("invoices", "balance", "vanished")]
    for day in (1, 2):
        later = AUGUST + timedelta(days=day)
        serve(later, edit=edit)
        load("recurly", later)
    assert query(loaded, CHANGES.format("recurly")) == noted
    assert "invoices.balance" in lacking_columns(loaded, "recurly")


def test_a_change_is_written_once_though_its_object_is_gone_afterwards(
    warehouse: Path, serve: Serve
) -> None:
    def edit(company: Any) -> None:
        company.salesforce["CSM_Sentiment__c"][0]["Tier__c"] = "gold"

    serve(JULY)
    load("salesforce", JULY)
    serve(AUGUST, edit=edit)
    load("salesforce", AUGUST)
    noted = query(warehouse, CHANGES.format("salesforce"))
    assert [row[:3] for row in noted] == [("csm_sentiments", "tier_c", "appeared")]
    later = AUGUST + timedelta(days=1)
    serve(later, lacks=["CSM_Sentiment__c"])
    load("salesforce", later)
    assert query(warehouse, CHANGES.format("salesforce")) == noted


def test_nothing_has_changed_on_the_first_load() -> None:
    assert field_changes(None, {"id": "id"}) == []
    assert field_changes({"id": "id"}, {"id": "id"}) == []
    assert field_changes({"id": "id"}, {}) == [FieldChange("id", "vanished", "id", None)]
