"""Pendo: product usage by day, poll answers, and what they refer to.

Usage comes as Arrow tables, ten times faster than rows: whole days are replaced, so a day
that was corrected, or became empty, is right after the next load.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import dlt

from ingestion.arrow_rows import table_maker
from ingestion.http_client import vendor_errors
from ingestion.incremental_resource import load_id, table_resource
from ingestion.pendo_aggregation import Step, pages, source_step
from ingestion.pendo_days import (
    MONTHS_OF_ANSWERS_ON_FIRST_LOAD,
    chunks,
    day_window,
)
from ingestion.pendo_definitions import DEFINITIONS, definitions_of
from ingestion.pendo_events import BUCKETS, arrow_rows, bucket_hints, bucket_pipeline
from ingestion.pendo_files import FileExport, files_setting
from ingestion.tables import Table, fields, resource_hints
from ingestion.watermarks import Watermark, naive_utc, read_watermark, record_coverage

if TYPE_CHECKING:
    import pyarrow as pa
    from dlt.extract import DltResource

VENDOR = "pendo"
# Key under which a resource leaves in dlt's state what it has read of which folders.
FOLDERS = "folders"

POLL_EVENTS = Table(
    "poll_events",
    fields(text="visitorId accountId guideId pollId pollResponse type", integer="browserTime"),
    key=("visitor_id", "account_id", "poll_id", "browser_time"),
)


@dlt.source(name=VENDOR, section=VENDOR)
def pendo_source(as_of: datetime, is_full: bool = False) -> "Iterable[DltResource]":
    """Definitions as they are, events of the days that ended by as_of (UTC).

    With `is_full` all days since the first that was ever loaded, not only those that may change.
    """
    definitions = [
        table_resource(VENDOR, table, as_of, partial(definitions_of, table.name, name, key, born))
        for name, key, born, table in DEFINITIONS
    ]
    events = [_bucket_resource(name, as_of, is_full) for name in BUCKETS]
    return [*definitions, *events, _poll_resource(as_of, is_full)]


def _bucket_resource(name: str, as_of: datetime, is_full: bool) -> "DltResource":
    """Daily counts per account, visitor and feature, as Arrow tables, from files or the API."""
    as_of = naive_utc(as_of)
    bucket = BUCKETS[name]

    def tables() -> Iterator[Any]:
        if url := files_setting(name):
            known, state = read_watermark(VENDOR, name), dlt.current.resource_state()
            read = state.get(FOLDERS, {}).get(url)
            export = FileExport(name, bucket, url, known, as_of, is_full, read)
            yield from export.tables()
            state[FOLDERS] = {url: export.extents}
            record_coverage(as_of, export.covered)
            return
        window = day_window(_known(name, is_full), as_of)
        for days in chunks(window):
            is_empty = True
            with vendor_errors(VENDOR, name):
                for rows in pages(name, bucket_pipeline(bucket, days), "visitorId"):
                    is_empty = is_empty and not rows
                    yield arrow_rows(bucket, name, rows)
            if not (is_full and is_empty):
                # Every day is replaced, also one without a row; but a month of which the vendor
                # has nothing any more has aged out there.
                yield arrow_rows(bucket, name, [], replaced_days=days)
        record_coverage(as_of, window.covered)

    return dlt.resource(tables, **bucket_hints(bucket, name))


def _known(name: str, is_full: bool) -> Watermark | None:
    """What of a resource is there; for a full load, only since when."""
    mark = read_watermark(VENDOR, name)
    return Watermark(mark.complete_from, mark.complete_from) if mark and is_full else mark


def _poll_resource(as_of: datetime, is_full: bool) -> "DltResource":
    """Answers to polls, one row each."""
    as_of = naive_utc(as_of)
    name = POLL_EVENTS.name
    select: Step = {"select": {path: path for path in POLL_EVENTS.fields}}

    def answers() -> "Iterator[pa.Table]":
        make = table_maker(VENDOR, POLL_EVENTS, load_id())
        yield make([])
        window = day_window(_known(name, is_full), as_of, MONTHS_OF_ANSWERS_ON_FIRST_LOAD)
        with vendor_errors(VENDOR, name):
            for days in chunks(window):
                for page in pages(name, [source_step("pollEvents", days), select], "visitorId"):
                    yield make(map(_with_key, page))
        record_coverage(as_of, window.covered)

    return dlt.resource(answers, **resource_hints(POLL_EVENTS))


def _with_key(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with an account (blank where unknown): a key must not be NULL."""
    response = answer.get("pollResponse")
    if isinstance(response, float) and response.is_integer():
        response = int(response)
    return answer | {"accountId": answer.get("accountId") or "", "pollResponse": response}
