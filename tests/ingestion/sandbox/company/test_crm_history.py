"""The CRM's log of changes tells what records showed before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ingestion.sandbox.company import Company, simulate

ACCOUNTS = 40
EARLIER = datetime(2026, 3, 1)
BY_RELATIONSHIP = {"Owner": "OwnerId", "Account": "AccountId"}


@pytest.fixture(scope="module")
def now() -> Company:
    return simulate(accounts=ACCOUNTS)


def at_earlier(company: Company, sobject: str, parent: str) -> dict[tuple[str, str], Any]:
    """(record, field) -> its value at EARLIER, for what the log says was changed since."""
    values: dict[tuple[str, str], Any] = {}
    log = company.salesforce[f"{sobject}History"]
    for row in sorted(log, key=lambda row: row["CreatedDate"], reverse=True):
        is_name = row["DataType"] == "Text" and str(row["OldValue"]).startswith("Record ")
        is_name |= row["DataType"] == "Text" and str(row["NewValue"]).startswith("Record ")
        if row["CreatedDate"] >= EARLIER and not is_name:
            field = BY_RELATIONSHIP.get(row["Field"], row["Field"])
            values[row[parent], field] = row["OldValue"]
    return values


@pytest.mark.parametrize(
    ("sobject", "parent"), [("Account", "AccountId"), ("Contact", "ContactId")]
)
def test_the_log_leads_back_to_what_the_record_showed_then(
    now: Company, sobject: str, parent: str
) -> None:
    then = {r["Id"]: r for r in simulate(accounts=ACCOUNTS, as_of=EARLIER).salesforce[sobject]}
    told = at_earlier(now, sobject, parent)
    fields = {field for _, field in told}
    assert fields
    for record in now.salesforce[sobject]:
        if record["Id"] not in then:
            continue
        for field in fields:
            expected = told.get((record["Id"], field), record[field])
            assert then[record["Id"]][field] == expected, (record["Id"], field)


def test_the_log_reaches_back_two_years_and_names_a_changed_reference_twice(
    company: Company,
) -> None:
    log = company.salesforce["AccountHistory"]
    assert min(row["CreatedDate"] for row in log) >= datetime(2024, 11, 15)
    handed = [row for row in log if row["Field"] == "CSM__c"]
    assert {row["DataType"] for row in handed} == {"EntityId", "Text"}
    assert any(row["Field"] == "Owner" for row in log)
