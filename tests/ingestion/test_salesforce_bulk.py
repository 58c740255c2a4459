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
from tests.ingestion.warehouse_contents import contents


@pytest.fixture(autouse=True)
def quick_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__SALESFORCE__BULK_ABOVE", "0")
    monkeypatch.setattr(salesforce_bulk, "SECONDS_BETWEEN_QUESTIONS", 0.01)
    monkeypatch.setattr(salesforce_bulk, "RECORDS_PER_PART", 7)


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


def test_a_value_of_another_type_is_named(warehouse: Path, serve: Serve) -> None:
    def edit(company: Any) -> None:
        company.salesforce["Account"][0]["NumberOfEmployees"] = "many"

    serve(JULY, edit=edit)
    message = "salesforce accounts: number_of_employees is no longer of its declared type"
    with pytest.raises(VendorLoadError, match=message):
        load("salesforce", JULY)
