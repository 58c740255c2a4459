"""Field history: who changed which tracked field of an account or contact, from what to what.

Salesforce keeps it for two years, calls references by their relationship (`Owner`, not `OwnerId`)
and writes two rows for a changed reference, one with names and one with ids.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ingestion.sandbox.company.account_paths import Path
from ingestion.sandbox.company.clock import add_months
from ingestion.sandbox.company.vendor_ids import salesforce_id

KEPT_MONTHS = 24
TRACKED = {
    "AccountHistory": (
        "Name", "NumberOfEmployees", "Is_High_Growth__c", "Industry", "BillingState",
        "BillingCountry", "OwnerId", "CSM__c", "Lifecycle_Stage__c", "Realised_Value__c",
        "Realised_Value_Date__c", "Reference_Since__c", "Reference_Until__c",
    ),
    "ContactHistory": ("AccountId", "Role_Type__c"),
}  # fmt: skip
REFERENCES = ("OwnerId", "CSM__c", "AccountId")
_PER_FIELD = 100


def history_records(
    sobject: str,
    account: int,
    paths: dict[str, Path],
    parent: tuple[str, str],
    as_of: datetime,
    first_number: int = 0,
) -> list[dict]:
    """The log's rows at `as_of`; `parent` is the field and id that name the changed record.

    Numbers from `first_number` on make the rows' ids, a hundred for each tracked field.
    """
    records = []
    for place, field in enumerate(TRACKED[sobject]):
        path = paths.get(field, [])
        for step, ((_, before), (moment, after)) in enumerate(zip(path, path[1:], strict=False)):
            if before == after or not add_months(as_of, -KEPT_MONTHS) <= moment < as_of:
                continue
            number = first_number + place * _PER_FIELD + step
            identity = salesforce_id(sobject, account, 2 * number)
            name, kind = field, "EntityId" if field in REFERENCES else "Text"
            if field in ("OwnerId", "AccountId"):
                name = field.removesuffix("Id")
            row = _row(identity, parent, moment, name, kind, before, after)
            records.append(row)
            if field in REFERENCES:
                twin = salesforce_id(sobject, account, 2 * number + 1)
                values = [value and f"Record {value[3:15]}" for value in (before, after)]
                records.append(_row(twin, parent, moment, name, "Text", *values))
    return records


def _row(
    identity: str,
    parent: tuple[str, str],
    moment: datetime,
    field: str,
    kind: str,
    before: Any,
    after: Any,
) -> dict:
    return {
        "Id": identity,
        "IsDeleted": False,
        parent[0]: parent[1],
        "CreatedById": salesforce_id("User", 990_000),
        "CreatedDate": moment,
        "Field": field,
        "DataType": kind,
        "OldValue": before,
        "NewValue": after,
    }
