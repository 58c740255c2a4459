"""The shape that every table of changing records shares, whatever the vendor's protocol."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ingestion.arrow_rows import Page, table_maker
from ingestion.http_client import vendor_errors
from ingestion.schema_drift import FieldsSeen, forget_changes
from ingestion.tables import WHEN_GONE, Table, resource_hints, row_maker
from ingestion.watermarks import (
    BEGINNING,
    Watermark,
    naive_utc,
    record_coverage,
    window_start,
)

if TYPE_CHECKING:
    from dlt.extract import DltResource

Records = Page
# (since, as_of) -> pages of the vendor's records changed in between; None: the vendor has no
# such table.
ReadPages = Callable[[datetime, datetime], Iterator[Records] | None]


def table_resource(
    vendor: str,
    table: Table,
    as_of: datetime,
    read_pages: ReadPages,
    overlap: timedelta = timedelta(0),
    is_full: bool = False,
    notes_fields: bool = True,
) -> "DltResource":
    """A dlt resource that brings a table up to as_of and notes that it did.

    Args:
        overlap: how far before the last load to read again, since the vendor's lists lag
            behind and a lower bound drops what shares its second.
        is_full: read everything again, whatever was loaded before.
        notes_fields: tell from the records which fields the vendor has; else read_pages does.
        read_pages: called when the resource runs, so keys are read then and not before.
    """
    import dlt

    as_of = naive_utc(as_of)

    def rows() -> Iterator[Any]:
        forget_changes()
        # Lists become child tables, which dlt makes of rows and not of Arrow tables.
        if table.lists:
            make_row = row_maker(table)

            def make(records: Records) -> Any:
                return [make_row(record) for record in records]

        else:
            make = table_maker(vendor, table, load_id())
        since = BEGINNING if is_full else window_start(vendor, table.name, as_of, overlap)
        if since == BEGINNING or not table.key:
            # Also without a row: the table exists, and one that is replaced is emptied.
            yield dlt.mark.materialize_table_schema() if table.lists else make([])
        with vendor_errors(vendor, table.name):
            pages = read_pages(since, as_of)
            seen = FieldsSeen(table) if notes_fields else None
            for page in pages or ():
                if seen:
                    page = list(page)
                    seen.look_at(page)
                yield make(page)
        if seen:
            seen.note()
        record_coverage(as_of, None if pages is None else Watermark(BEGINNING, as_of))

    resource = dlt.resource(rows, **resource_hints(table))
    if table.when_gone is not None:
        resource.apply_hints(additional_table_hints={WHEN_GONE: dict(table.when_gone)})
    return resource


def load_id() -> str:
    """The id of the load that a resource runs in."""
    import dlt

    return dlt.current.load_package_state()["load_id"]
