"""Which of an object's records changed or were deleted between two instants.

Built after the resources sobjects/{Object}/deleted and .../updated of Salesforce's REST guide: the
recycle bin keeps fifteen days, the log of updates thirty.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.sandbox.salesforce_records import wire
from ingestion.sandbox.salesforce_schema import SObject
from ingestion.sandbox.soql import SoqlError

KEPT_DAYS = {"deleted": 15, "updated": 30}


def changes(
    sobject: SObject, kind: str, given: Mapping[str, str], as_of: datetime
) -> dict[str, Any]:
    """Return the reply to .../deleted or .../updated (the `kind`) with its start and end.

    Raises SoqlError where a bound is missing, no ISO 8601 time or longer ago than is kept.
    """
    start, end = (_instant(given, name) for name in ("start", "end"))
    earliest = as_of - timedelta(days=KEPT_DAYS[kind])
    if not earliest <= start < end:
        message = f"start must be before end and within {KEPT_DAYS[kind]} days"
        raise SoqlError("INVALID_REPLICATION_DATE", message)
    rows = [
        (record["Id"], record.get("SystemModstamp") or record["CreatedDate"])
        for record in sobject.records
        if bool(record.get("IsDeleted")) == (kind == "deleted")
    ]
    rows = [(identity, moment) for identity, moment in rows if start <= moment < end]
    covered = {"latestDateCovered": wire(min(end, as_of))}
    if kind == "updated":
        return {"ids": [identity for identity, _ in rows], **covered}
    deleted = [{"id": identity, "deletedDate": wire(moment)} for identity, moment in rows]
    return {"deletedRecords": deleted, "earliestDateAvailable": wire(earliest), **covered}


def _instant(given: Mapping[str, str], name: str) -> datetime:
    """Read a bound as naive UTC; a + of an offset may arrive as a blank."""
    try:
        moment = datetime.fromisoformat(given.get(name, "").replace(" ", "+"))
    except ValueError as error:
        raise SoqlError("INVALID_FIELD", f"{name} must be an ISO 8601 time") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
