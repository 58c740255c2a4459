"""Vendors that misbehave: the right data in the end, or one clear error; no silence and no loop."""

from pathlib import Path

import pytest

from ingestion.sandbox.company import Company
from ingestion.sandbox.faults import read_fault
from ingestion.warehouse import VENDORS, VendorLoadError
from tests.ingestion.faulty_loads import faulty_company, loaded
from tests.ingestion.warehouse_contents import Contents, watermarks

# What is asked for most often, and in several pages.
LISTS = {
    "salesforce": "/query",
    "pendo": "/aggregation",
    "zendesk": "incremental/tickets",
    "recurly": "/invoices",
}
# All of them in one load, some requests apart. `python -m tests.ingestion.faulty_loads` shows each
# of them alone, at every endpoint.
OVERCOME = {
    "salesforce": (
        *("503", "reset:1:3", "truncated:1:6", "silence:1:9", "expired_token:1:12"),
        *("repeated_page", "empty_page:1:2", "lost_cursor:1:8"),
    ),
    "pendo": (
        *("503", "reset:1:3", "truncated:1:6", "silence:1:9", "rate_limit:1:12", "repeated_page"),
        "empty_page:1:2",
    ),
    "zendesk": (
        *("503", "reset:1:3", "truncated:1:6", "rate_limit:1:9", "repeated_page", "empty_page:1:4"),
    ),
    "recurly": (
        *("503", "reset:1:2", "skewed_clock:1:4", "repeated_page:1:1", "empty_page:1:4"),
        *("truncated:1:6", "silence:1:8"),
    ),
}
REFUSED = {
    **{f"{vendor}:{LISTS[vendor]}:502:always": "HTTP 502" for vendor in LISTS},
    "zendesk:incremental/tickets:truncated:always": "JSON ends in its middle",
    **{f"{vendor}:{LISTS[vendor]}:expired_token:always": "HTTP 401" for vendor in LISTS},
    **{
        f"{vendor}:{LISTS[vendor]}:repeated_page:always": "same next page for ever"
        for vendor in LISTS
    },
    **{
        f"{vendor}:{LISTS[vendor]}:empty_page:always": "same next page for ever" for vendor in LISTS
    },
    **{
        f"{vendor}:{LISTS[vendor]}:lost_cursor:always": "HTTP 400.*(?i:cursor|locator)"
        for vendor in ("salesforce", "zendesk", "recurly")
    },
    **{
        f"{vendor}:{LISTS[vendor]}:rate_limit:always": "HTTP 429"
        for vendor in ("pendo", "zendesk", "recurly")
    },
    **{
        f"{vendor}:{LISTS[vendor]}:clock_behind": "clock is 10 minutes ahead of 127"
        for vendor in LISTS
    },
    "salesforce:/query:rate_limit": "HTTP 403.*REQUEST_LIMIT_EXCEEDED",
    "pendo:/aggregation:silence:always": "no answer.*[Tt]ime",
}


@pytest.fixture(scope="module")
def company() -> Company:
    return faulty_company()


@pytest.fixture(scope="module")
def undisturbed(company: Company, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Contents]:
    """Vendor -> what its tables hold after a load without faults."""
    return {v: loaded(tmp_path_factory.mktemp(v), company, v) for v in VENDORS}


@pytest.mark.parametrize("vendor", VENDORS)
def test_faults_that_pass_leave_the_right_data(
    vendor: str, company: Company, undisturbed: dict[str, Contents], tmp_path: Path
) -> None:
    faults = [f"{vendor}:{LISTS[vendor]}:{fault}" for fault in OVERCOME[vendor]]
    rows = loaded(tmp_path / "faulty", company, vendor, *faults)
    assert rows == undisturbed[vendor]
    assert any(rows.values())


@pytest.mark.parametrize(("fault", "message"), REFUSED.items())
def test_a_fault_that_stays_is_one_error_that_says_who_and_what_to_do(
    fault: str, message: str, company: Company, tmp_path: Path
) -> None:
    vendor = fault.partition(":")[0]
    with pytest.raises(VendorLoadError, match=f"^{vendor} .*{message}.*What to do: ") as raised:
        loaded(tmp_path / "faulty", company, vendor, fault)
    assert raised.value.remedy
    marks = watermarks(tmp_path / "faulty" / "warehouse.duckdb", vendor)
    assert set(marks.values()) == {(None, None)}


def test_a_fault_of_what_no_load_asks_for_is_no_test(company: Company, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no load asks for recurly:/items"):
        loaded(tmp_path, company, "recurly", "recurly:/items:503")
    with pytest.raises(LookupError, match="was never shown"):
        loaded(tmp_path / "again", company, "recurly", "recurly:/plans:503:1:1000")


def test_an_unknown_fault_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="is no fault.*rate_limit"):
        read_fault("zendesk:tickets:flood")
