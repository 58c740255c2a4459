"""A page of a vendor's records as an Arrow table of the declared types.

Arrow reaches the warehouse ten times as fast as rows. What does not fit its declared type stops
the vendor's load, before anything is written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Union

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

# Records in the vendor's own form, or a table of text.
Page = Union[Iterable[Mapping[str, Any]], "pa.Table"]  # noqa: UP007
# Declared path -> values; custom column -> text; how many rows.
Columns = tuple[dict[str, Any], dict[str, Any], int]


def table_maker(vendor: str, table: Table, load_id: str) -> "Callable[[Page], pa.Table]":
    """A function from a page of records to rows of a table without lists.

    A page is a list of records in the vendor's own form, or an Arrow table of text whose columns
    are named by the declared paths. The function raises VendorLoadError where a value is not of
    its declared type: the message names the column.
    """
    import pyarrow as pa

    domain_source = table.domain_of and column_name(table.domain_of)
    from_records = _record_reader(table)

    def make(page: Page) -> "pa.Table":
        is_table = isinstance(page, pa.Table)
        declared, made, count = _columns_of(table, page) if is_table else from_records(page)
        for path, kind in table.fields.items():
            name, values = column_name(path), declared[path]
            try:
                made[name] = array_of(values, kind)
            except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError) as error:
                raise wrong_type(vendor, table.name, name, kind, values) from error
        if domain_source:
            domains = map(registrable_domain, made[domain_source].to_pylist())
            made[DOMAIN_COLUMN] = pa.array(domains, pa.string())
        made[LOAD_ID] = pa.array([load_id] * count, pa.string())
        fields = [
            pa.field(name, array.type, nullable=name not in table.key)
            for name, array in made.items()
        ]
        return pa.table(list(made.values()), schema=pa.schema(fields))

    return make


def _record_reader(table: Table) -> Callable[[Iterable[Mapping[str, Any]]], "Columns"]:
    import pyarrow as pa

    steps = {path: path.split(".") for path in table.fields}
    custom_of = custom_values(table)

    def read(page: Iterable[Mapping[str, Any]]) -> Columns:
        records = list(page)
        custom = [custom_of(record) for record in records]
        names = sorted({name for record in custom for name in record})
        return (
            {path: [value_at(record, way) for record in records] for path, way in steps.items()},
            {n: pa.array([record.get(n) for record in custom], pa.string()) for n in names},
            len(records),
        )

    return read


def _columns_of(table: Table, page: "pa.Table") -> "Columns":
    import pyarrow as pa

    nothing = pa.nulls(page.num_rows, pa.string())
    names = set(page.column_names)
    return (
        {path: page[path] if path in names else nothing for path in table.fields},
        {column_name(name): page[name] for name in sorted(names - table.fields.keys())},
        page.num_rows,
    )


def array_of(values: "Sequence[Any] | pa.ChunkedArray", kind: str) -> "pa.Array":
    """The values, Python's or text, as an array of one of dlt's data types; instants as naive UTC.

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
            return _strings(values).cast(pa.date32())
    arrow_type = {"bool": pa.bool_(), "bigint": pa.int64(), "double": pa.float64()}[kind]
    is_text = isinstance(values, pa.ChunkedArray | pa.Array)
    if is_text or any(isinstance(value, str) for value in values):
        return _strings(values).cast(arrow_type)
    return pa.array(values, arrow_type)


def _strings(values: "Sequence[Any] | pa.ChunkedArray") -> "pa.Array | pa.ChunkedArray":
    import pyarrow as pa

    is_array = isinstance(values, pa.ChunkedArray | pa.Array)
    return values if is_array else pa.array(values, pa.string())


def _texts(values: "Sequence[Any] | pa.ChunkedArray") -> "pa.Array":
    import pyarrow as pa

    try:
        return _strings(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # Ids may come as numbers, values of change logs as anything.
        return pa.array(map(as_text, values), pa.string())


def _instants(values: "Sequence[Any] | pa.ChunkedArray") -> "pa.Array":
    import pyarrow as pa

    zoned, naive = pa.timestamp("us", "UTC"), pa.timestamp("us")
    try:
        return _strings(values).cast(zoned).cast(naive)
    except pa.ArrowInvalid:
        # Arrow wants a zone; an instant without one is UTC too.
        listed = values.to_pylist() if isinstance(values, pa.ChunkedArray) else values
        return pa.array([_naive_utc(value) for value in listed], naive)


def _naive_utc(text: str | None) -> datetime | None:
    if text is None:
        return None
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
