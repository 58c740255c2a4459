"""Salesforce: what an organisation has, lacks and calls differently."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion import salesforce_session
from ingestion.doctor import State, examine
from ingestion.salesforce_objects import OBJECTS
from ingestion.sandbox import salesforce_api
from ingestion.sandbox.soql import SoqlError, parse
from ingestion.warehouse import VendorLoadError, load
from tests.ingestion.changing_company import AUGUST, JULY
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import lacking_columns, query, watermarks

SENTIMENT = "CSM_Sentiment__c"


def test_a_deleted_account_stays_marked_as_such(warehouse: Path, serve: Serve) -> None:
    serve(JULY)
    load("salesforce", JULY)
    serve(AUGUST)
    load("salesforce", AUGUST)
    rows = query(warehouse, "select name, is_deleted from raw_salesforce.accounts order by name")
    assert rows == [("Acme", False), ("Gone", True)]


def test_a_missing_object_is_noted_and_unmapped(
    warehouse: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    serve(JULY, lacks=[SENTIMENT])
    load("salesforce", JULY)
    assert f"no object {SENTIMENT}" in caplog.text
    assert "csm_sentiments" not in watermarks(warehouse, "salesforce")
    assert query(warehouse, "from raw_salesforce.csm_sentiments") == []
    # Still unmapped, not late, while Salesforce is down.
    serve(AUGUST, down=["salesforce"])
    with pytest.raises(VendorLoadError):
        load("salesforce", AUGUST)
    assert len(watermarks(warehouse, "salesforce")) == len(OBJECTS) - 1


def test_a_missing_object_is_loaded_once_it_exists(warehouse: Path, serve: Serve) -> None:
    serve(JULY, lacks=[SENTIMENT])
    load("salesforce", JULY)
    serve(AUGUST)
    load("salesforce", AUGUST)
    assert query(warehouse, "select outlook_c from raw_salesforce.csm_sentiments") == [(4,)]


def test_where_not_even_accounts_are_nothing_is_lacking(
    loaded: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = watermarks(loaded, "salesforce")
    monkeypatch.setattr(salesforce_session, "API_VERSION", "99.0")
    serve(AUGUST)
    message = (
        "salesforce accounts: no Account .*HTTP 404.*login_url.*version 99.0.*may read Account"
    )
    with pytest.raises(VendorLoadError, match=message):
        load("salesforce", AUGUST)
    assert watermarks(loaded, "salesforce") == before
    found = {finding.resource: finding for finding in examine("salesforce", AUGUST)}
    assert found["accounts"].state is State.REFUSED
    assert "login_url" in found["accounts"].detail


def test_an_organisation_that_hides_accounts_is_an_error(warehouse: Path, serve: Serve) -> None:
    serve(JULY, lacks=["Account"])
    with pytest.raises(VendorLoadError, match="may read Account"):
        load("salesforce", JULY)


def test_a_missing_field_is_noted_and_null(
    warehouse: Path,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    names = {"Account.Company_ID__c": "Customer_Number__c"}
    monkeypatch.setenv("SOURCES__SALESFORCE__API_NAMES", json.dumps(names))
    serve(JULY)
    load("salesforce", JULY)
    assert "Account has no field Customer_Number__c" in caplog.text
    rows = query(warehouse, "select distinct company_id_c from raw_salesforce.accounts")
    assert rows == [(None,)]
    # What a metric that lists the column is unmapped by.
    assert "accounts.company_id_c" in lacking_columns(warehouse, "salesforce")
    monkeypatch.setenv("SOURCES__SALESFORCE__API_NAMES", "{}")
    load("salesforce", JULY)
    assert "accounts.company_id_c" not in lacking_columns(warehouse, "salesforce")


def test_what_a_query_is_refused_for_is_lacking_though_it_is_described(
    warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the user may see an object's description and not its rows."""

    def refuse(text: str) -> Any:
        if "Website" in text:
            raise SoqlError("INVALID_FIELD", "No such column 'Website' on entity 'Account'.")
        if "FROM Contract " in text:
            raise SoqlError("INVALID_TYPE", "sObject type 'Contract' is not supported.")
        return parse(text)

    monkeypatch.setattr(salesforce_api, "parse", refuse)
    serve(JULY)
    load("salesforce", JULY)
    assert "accounts.website" in lacking_columns(warehouse, "salesforce")
    assert "contracts" not in watermarks(warehouse, "salesforce")
    rows = query(warehouse, "select name, website from raw_salesforce.accounts order by name")
    assert rows == [("Acme", None), ("Gone", None)]


def test_a_field_under_another_name_lands_in_the_column_of_the_default(
    warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__SALESFORCE__API_NAMES", json.dumps({"Company_ID__c": "Name"}))
    serve(JULY)
    load("salesforce", JULY)
    rows = query(warehouse, "select company_id_c, name from raw_salesforce.accounts order by name")
    assert rows == [("Acme", "Acme"), ("Gone", "Gone")]


def test_a_setting_that_is_no_api_name_reaches_no_query(
    warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"CSM_Sentiment__c": "Contact WHERE Email != null OR Name"}
    monkeypatch.setenv("SOURCES__SALESFORCE__API_NAMES", json.dumps(names))
    serve(JULY)
    with pytest.raises(VendorLoadError, match="'Contact WHERE.*is not the API name.*api_names"):
        load("salesforce", JULY)


def test_a_log_of_changes_is_read_from_where_it_ended_and_holds_text(
    warehouse: Path, serve: Serve
) -> None:
    serve(JULY)
    load("salesforce", JULY)
    serve(AUGUST)
    load("salesforce", AUGUST)
    log = "select field, old_value, new_value from raw_salesforce.account_history order by id"
    assert query(warehouse, log) == [
        ("NumberOfEmployees", "200", "250"),
        ("Is_High_Growth__c", "false", "true"),
        ("Lifecycle_Stage__c", None, "Churned"),
    ]


def test_a_log_of_changes_names_fields_by_their_defaults(
    warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this organisation the stage is kept in another field.
    names = {"Account.Lifecycle_Stage__c": "Is_High_Growth__c", "Is_High_Growth__c": "Absent__c"}
    monkeypatch.setenv("SOURCES__SALESFORCE__API_NAMES", json.dumps(names))
    serve(JULY)
    load("salesforce", JULY)
    fields = "select field from raw_salesforce.account_history order by id"
    assert query(warehouse, fields) == [("NumberOfEmployees",), ("Lifecycle_Stage__c",)]
