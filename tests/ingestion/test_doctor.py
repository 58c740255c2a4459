"""What the doctor finds at each vendor."""

from pathlib import Path
from typing import Any

import pytest

from ingestion.doctor import Finding, State, examine
from ingestion.sandbox.faults import read_fault
from ingestion.warehouse import VENDORS
from tests.ingestion.changing_company import JULY
from tests.ingestion.conftest import Serve, services
from tests.ingestion.faulty_loads import AS_OF, faulty_company


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_table_is_asked_for_and_works(vendor: str, warehouse: Path, serve: Serve) -> None:
    serve(JULY)
    findings = list(examine(vendor, JULY))
    assert [finding.resource for finding in findings] == list(VENDORS[vendor](JULY).resources)
    assert {finding.state for finding in findings} == {State.WORKS}
    assert not warehouse.exists()


def test_what_an_organisation_lacks_is_named(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    names = '{"CSM_Sentiment__c.Outlook__c": "Mood__c"}'
    monkeypatch.setenv("SOURCES__SALESFORCE__API_NAMES", names)
    serve(JULY, lacks=["Outreach__c"])
    found = {finding.resource: finding for finding in examine("salesforce", JULY)}
    assert found["outreach"].state is State.LACKING
    assert found["csm_sentiments"] == Finding(
        "salesforce", "csm_sentiments", State.WORKS, lacking=("outlook_c",)
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_key_that_opens_nothing_is_refused_with_what_to_do(
    vendor: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = serve(JULY)
    for name in settings:
        if name.startswith(f"SOURCES__{vendor.upper()}__") and name.endswith(
            ("_SECRET", "_KEY", "_TOKEN")
        ):
            monkeypatch.setenv(name, "a-wrong-key")
    findings = list(examine(vendor, JULY))
    assert {finding.state for finding in findings} == {State.REFUSED}
    assert all("HTTP 40" in finding.detail and "check" in finding.detail for finding in findings)
    assert "a-wrong-key" not in str(findings)


def test_a_table_that_the_key_does_not_open_is_the_only_one_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault = read_fault("zendesk:satisfaction_ratings:expired_token:always")
    with services(faulty_company(), AS_OF, (), [fault]) as settings:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        states = {finding.resource: finding.state for finding in examine("zendesk", AS_OF)}
    assert states.pop("satisfaction_ratings") is State.REFUSED
    assert set(states.values()) == {State.WORKS}


def test_a_vendor_without_a_key_is_not_asked() -> None:
    assert list(examine("pendo", JULY)) == [Finding("pendo", "", State.NOT_CONFIGURED)]


def test_files_are_looked_for_where_counts_come_from_them(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(JULY)
    monkeypatch.setenv("SOURCES__PENDO__EVENTS_FILES", str(tmp_path / "nowhere"))
    found: dict[str, Any] = {finding.resource: finding for finding in examine("pendo", JULY)}
    assert found["events"].state is State.REFUSED
    assert "no file in" in found["events"].detail
    assert found["feature_events"].state is State.WORKS
