"""One record by its id or by an external id, and how Salesforce says that there is none."""

from typing import Any

from ingestion.sandbox.salesforce_schema import EXTERNAL_IDS, SObject


class NoSingleRecord(Exception):
    """What was asked for is not exactly one record: the HTTP status and the reply's body."""

    def __init__(self, status: int, body: list[Any]) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body

    @classmethod
    def missing(cls, code: str, message: str) -> "NoSingleRecord":
        return cls(404, [{"errorCode": code, "message": message}])


def find_record(sobject: SObject, key: str, external: str | None, base: str) -> dict[str, Any]:
    """Return the record with this id, or with this value of the external id field.

    Raises NoSingleRecord with status 404, or 300 and the addresses where several share the value.
    """
    if external is None:
        record = sobject.by_id.get(key[:15])
        if record and record.get("IsDeleted"):
            raise NoSingleRecord.missing("ENTITY_IS_DELETED", "entity is deleted")
        found = [record] if record else []
    elif external in EXTERNAL_IDS and external in sobject.types:
        found = [
            record
            for record in sobject.records
            if record.get(external) == key and not record.get("IsDeleted")
        ]
    else:
        message = f"Provided external ID field does not exist or is not accessible: {external}"
        raise NoSingleRecord.missing("NOT_FOUND", message)
    if len(found) > 1:
        addresses = [f"{base}/sobjects/{sobject.name}/{record['Id']}" for record in found]
        raise NoSingleRecord(300, addresses)
    if not found:
        raise NoSingleRecord.missing("NOT_FOUND", "The requested resource does not exist")
    return found[0]
