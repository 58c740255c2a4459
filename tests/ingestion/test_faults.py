"""Vendors that misbehave: the right data in the end, or one clear error; no silence and no loop."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ingestion import recurly, zendesk
from ingestion.sandbox import salesforce_api
from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.faults import read_fault
from ingestion.warehouse import VENDORS, VendorLoadError, load
from tests.ingestion.conftest import isolate, services
from tests.ingestion.warehouse_contents import Contents, contents, watermarks

AS_OF = datetime(2026, 11, 15)
# What is asked for most often, and in several pages.
LISTS = {
    "salesforce": "/query",
    "pendo": "/aggregation",
    "zendesk": "incremental/tickets",
    "recurly": "/invoices",
}
OVERCOME = [
    *(f"{vendor}:{LISTS[vendor]}:{kind}" for vendor in LISTS for kind in ("503", "reset")),
    *(f"{vendor}:{LISTS[vendor]}:truncated:1:1" for vendor in LISTS),
    *(f"{vendor}:{LISTS[vendor]}:repeated_page" for vendor in LISTS),
    *(f"{vendor}:{LISTS[vendor]}:rate_limit" for vendor in ("pendo", "zendesk", "recurly")),
    *(f"{vendor}:{LISTS[vendor]}:empty_page" for vendor in ("salesforce", "zendesk", "recurly")),
    "zendesk:satisfaction_ratings:empty_page",
    "recurly:/invoices:skewed_clock",
    "recurly:/invoices:silence",
    "salesforce:/query:expired_token:1:3",
    "salesforce:/query:lost_cursor",
]
REFUSED = {
    **{f"{vendor}:{LISTS[vendor]}:502:always": "HTTP 502" for vendor in LISTS},
    **{f"{vendor}:{LISTS[vendor]}:truncated:always": "JSON ends in its middle" for vendor in LISTS},
    **{f"{vendor}:{LISTS[vendor]}:expired_token:always": "HTTP 401" for vendor in LISTS},
    **{
        f"{vendor}:{LISTS[vendor]}:repeated_page:always": "same next page for ever"
        for vendor in LISTS
    },
    **{
        f"{vendor}:{LISTS[vendor]}:lost_cursor:always": "HTTP 400.*(?i:cursor|locator)"
        for vendor in ("salesforce", "zendesk", "recurly")
    },
    **{
        f"{vendor}:{LISTS[vendor]}:rate_limit:always": "HTTP 429"
        for vendor in ("pendo", "zendesk", "recurly")
    },
    "salesforce:/query:rate_limit": "HTTP 403.*REQUEST_LIMIT_EXCEEDED",
    "pendo:/aggregation:silence:always": "no answer.*[Tt]ime",
}


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(accounts=8, as_of=AS_OF, months=4)


@pytest.fixture(scope="module")
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(salesforce_api, "MAX_PAGE", 30)
        patch.setattr(zendesk, "PAGE_SIZE", 5)
        patch.setattr(zendesk, "LIST_PAGE_SIZE", 1)
        patch.setattr(recurly, "PAGE_SIZE", 20)
        patch.setenv("SOURCES__PENDO__ROWS_PER_REQUEST", "80")
        yield


def loaded(folder: Path, company: Company, vendor: str, *faults: str) -> Contents:
    with pytest.MonkeyPatch.context() as patch:
        warehouse = isolate(folder, patch)
        patch.setenv("SOURCES__PENDO__START_DATE", "2026-10-15")
        patch.setenv("RUNTIME__REQUEST_TIMEOUT", "1")
        shown = [read_fault(fault) for fault in faults]
        with services(company, AS_OF, (), shown) as settings:
            for name, value in settings.items():
                patch.setenv(name, value)
            load(vendor, AS_OF)
    assert all(fault.has_shown for fault in shown)
    return contents(warehouse, vendor)


@pytest.fixture(scope="module")
def undisturbed(
    company: Company, small_pages: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Contents]:
    """Vendor -> what its tables hold after a load without faults."""
    return {v: loaded(tmp_path_factory.mktemp(v), company, v) for v in VENDORS}


@pytest.mark.parametrize("fault", OVERCOME)
def test_a_fault_that_passes_leaves_the_right_data(
    fault: str, company: Company, undisturbed: dict[str, Contents], tmp_path: Path
) -> None:
    vendor = fault.partition(":")[0]
    rows = loaded(tmp_path / "faulty", company, vendor, fault)
    assert rows == undisturbed[vendor]
    assert any(rows.values())


@pytest.mark.parametrize(("fault", "message"), REFUSED.items())
def test_a_fault_that_stays_is_one_error_that_says_who_and_what_to_do(
    fault: str, message: str, company: Company, small_pages: None, tmp_path: Path
) -> None:
    vendor = fault.partition(":")[0]
    with pytest.raises(VendorLoadError, match=f"^{vendor} .*{message}.*What to do: ") as raised:
        loaded(tmp_path / "faulty", company, vendor, fault)
    assert raised.value.remedy
    marks = watermarks(tmp_path / "faulty" / "warehouse.duckdb", vendor)
    assert set(marks.values()) == {(None, None)}


def test_an_unknown_fault_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="is no fault.*rate_limit"):
        read_fault("zendesk:tickets:flood")
