"""Write the organisation's records as Salesforce's REST API does."""

from datetime import date, datetime
from typing import Any

from ingestion.sandbox.salesforce_schema import SObject
from ingestion.sandbox.soql_execution import Path


def _attributes(sobject: SObject, record: dict[str, Any], base: str) -> dict[str, str]:
    url = f"{base}/sobjects/{sobject.name}/{record['Id']}"
    return {"type": sobject.name, "url": url}


def projected(
    record: dict[str, Any], paths: list[Path], sobject: SObject, base: str
) -> dict[str, Any]:
    """Return the selected fields in API form, those of parents nested."""
    row: dict[str, Any] = {"attributes": _attributes(sobject, record, base)}
    for path in paths:
        place: dict[str, Any] | None = row
        holder: dict[str, Any] | None = record
        for label, reference, target in path.steps:
            holder = target.by_id.get((holder.get(reference) or "")[:15])
            if holder is None:
                place[label] = place = None  # type: ignore[index]
                break
            nested = {"attributes": _attributes(target, holder, base)}
            place = place.setdefault(label, nested)  # type: ignore[union-attr]
        if place is not None and holder is not None:
            place[path.field] = wire(holder.get(path.field))
    return row


def wire(value: Any) -> Any:
    """Return a value as JSON has it, datetimes as Salesforce does: 2026-01-31T12:34:56.000+0000."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "+0000"
    return value.isoformat() if isinstance(value, date) else value
