"""Large objects by the Bulk API: the same rows as page by page."""

from pathlib import Path
from typing import Any

import pytest

from ingestion import salesforce_bulk
from ingestion.sandbox import salesforce_bulk as sandbox_bulk
from ingestion.warehouse import VendorLoadError, load
from tests.ingestion.changing_company import JULY
from tests.ingestion.conftest import Serve
from tests.ingestion.faulty_loads import faulty_company, loaded
from tests.ingestion.warehouse_contents import contents, watermarks


@pytest.fixture(autouse=True)
def quick_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__SALESFORCE__BULK_ABOVE", "0")
    monkeypatch.setattr(salesforce_bulk, "SECONDS_BETWEEN_QUESTIONS", 0.01)


def test_jobs_bring_the_same_rows_as_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    create = sandbox_bulk.BulkQueries.create

    async def count(self: Any, request: Any) -> Any:
        asked.append((await request.json())["query"].split(" FROM ")[1].split(" ")[0])
        return await create(self, request)

    monkeypatch.setattr(sandbox_bulk.BulkQueries, "create", count)
    company = faulty_company()
    by_job = loaded(tmp_path / "jobs", company, "salesforce")
    assert {"Account", "Contact", "AccountHistory", "CSM_Sentiment__c"} <= set(asked)
    assert "TaskWhoRelation" not in asked
    monkeypatch.setenv("SOURCES__SALESFORCE__BULK_ABOVE", "1000000")
    asked.clear()
    assert loaded(tmp_path / "pages", company, "salesforce") == by_job
    assert asked == []


def test_a_job_that_fails_is_named_and_writes_nothing(
    warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_bulk, "STATES", ("InProgress", "Failed"))
    serve(JULY)
    with pytest.raises(VendorLoadError, match="salesforce accounts: a bulk query job failed"):
        load("salesforce", JULY)
    assert not any(contents(warehouse, "salesforce").values())


def test_a_job_that_never_ends_is_given_up_on(
    warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_bulk, "STATES", ("InProgress",))
    monkeypatch.setattr(salesforce_bulk, "LONGEST_JOB_SECONDS", 0.1)
    serve(JULY)
    message = "salesforce accounts: a bulk query job has not ended.*InProgress.*bulk_above"
    with pytest.raises(VendorLoadError, match=message):
        load("salesforce", JULY)
    assert set(watermarks(warehouse, "salesforce").values()) == {(None, None)}


def test_faults_of_jobs_that_pass_leave_the_right_data(tmp_path: Path) -> None:
    company = faulty_company()
    undisturbed = loaded(tmp_path / "jobs", company, "salesforce")
    # A session ends before a job, while it runs and between its parts: the job goes on.
    faults = [f"/jobs/query:expired_token:1:{after}" for after in (0, 2, 5, 14)]
    faults += ["/jobs/query:503:1:8", "/jobs/query:reset:1:11"]
    faults += ["/results:repeated_page:1:8", "/results:empty_page:1:12"]
    named = [f"salesforce:{fault}" for fault in faults]
    assert loaded(tmp_path / "faulty", company, "salesforce", *named) == undisturbed


@pytest.mark.parametrize(
    ("fault", "message"),
    {
        "/results:lost_rows": r"says that it has \d+ records, but its parts hold \d+.*run again",
        "/results:truncated": "ends in its middle or is garbled.*run again",
        "/results:empty_page:always": "same next page for ever",
        "/results:lost_cursor:always": "HTTP 400.*INVALID_QUERY_LOCATOR",
        "/results:expired_token:always": "HTTP 401",
        "/jobs/query:expired_token:always": "HTTP 401",
        "/jobs/query:502:always": "HTTP 502",
    }.items(),
)
def test_a_fault_of_a_job_is_one_error_and_no_watermark(
    fault: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(VendorLoadError, match=f"^salesforce .*{message}"):
        loaded(tmp_path, faulty_company(), "salesforce", f"salesforce:{fault}")
    marks = watermarks(tmp_path / "warehouse.duckdb", "salesforce")
    assert set(marks.values()) == {(None, None)}


def test_a_value_of_another_type_is_named(warehouse: Path, serve: Serve) -> None:
    def edit(company: Any) -> None:
        company.salesforce["Account"][0]["NumberOfEmployees"] = "many"

    serve(JULY, edit=edit)
    message = "salesforce accounts: number_of_employees is no longer of its declared type"
    with pytest.raises(VendorLoadError, match=message):
        load("salesforce", JULY)
