"""A page of a vendor's records as an Arrow table of the declared types.

Arrow reaches the warehouse ten times as fast as rows. What does not fit its declared type stops
the vendor's load, before anything is written.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingestion.domains import registrable_domain
from ingestion.tables import (
    DOMAIN_COLUMN,
    LOAD_ID,
    Table,
    as_text,
    column_name,
    custom_values,
    value_at,
)
from ingestion.vendor_errors import wrong_type

if TYPE_CHECKING:
    import pyarrow as pa


def table_maker(
    vendor: str, table: Table, load_id: str
) -> "Callable[[Iterable[Mapping[str, Any]]], pa.Table]":
    """A function from records in the vendor's own form to rows of a table without lists.

    The function raises VendorLoadError where a value is not of its declared type: the message
    names the column.
    """
    import pyarrow as pa

    columns = [(column_name(path), path.split("."), kind) for path, kind in table.fields.items()]
    custom_of = custom_values(table)
    domain_source = table.domain_of and column_name(table.domain_of)

    def make(records: Iterable[Mapping[str, Any]]) -> "pa.Table":
        listed = list(records)
        made: dict[str, pa.Array] = {}
        for name, steps, kind in columns:
            values = [value_at(record, steps) for record in listed]
            try:
                made[name] = array_of(values, kind)
            except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
                raise wrong_type(vendor, table.name, name, kind, values) from error
        custom = [custom_of(record) for record in listed]
        for name in sorted({column for record in custom for column in record}):
            made[name] = pa.array([record.get(name) for record in custom], pa.string())
        if domain_source:
            urls = made[domain_source].to_pylist()
            made[DOMAIN_COLUMN] = pa.array(map(registrable_domain, urls), pa.string())
        made[LOAD_ID] = pa.array([load_id] * len(listed), pa.string())
        schema = [
            pa.field(name, array.type, nullable=name not in table.key)
            for name, array in made.items()
        ]
        return pa.table(list(made.values()), schema=pa.schema(schema))

    return make


def array_of(values: list[Any], kind: str) -> "pa.Array":
    """The values as an array of one of dlt's data types; instants become naive UTC.

    Raises:
        ArrowInvalid, ArrowTypeError, TypeError, ValueError: one of them cannot be that.
    """
    import pyarrow as pa

    match kind:
        case "text":
            return _texts(values)
        case "timestamp":
            return _instants(values)
        case "date":
            return pa.array(values, pa.string()).cast(pa.date32())
    arrow_type = {"bool": pa.bool_(), "bigint": pa.int64(), "double": pa.float64()}[kind]
    if any(isinstance(value, str) for value in values):
        return pa.array(values, pa.string()).cast(arrow_type)
    return pa.array(values, arrow_type)


def _texts(values: list[Any]) -> "pa.Array":
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Ids may come as numbers, values of change logs as anything.
        return pa.array(map(as_text, values), pa.string())


def _instants(values: list[Any]) -> "pa.Array":
    import pyarrow as pa

    zoned, naive = pa.timestamp("us", "UTC"), pa.timestamp("us")
    try:
        return pa.array(values, pa.string()).cast(zoned).cast(naive)
    except pa.ArrowInvalid:
        # Arrow wants a zone; an instant without one is UTC too.
        return pa.array([_naive_utc(value) for value in values], naive)


def _naive_utc(text: str | None) -> datetime | None:
    if text is None:
        return None
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
