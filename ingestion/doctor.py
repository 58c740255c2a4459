"""Whether each vendor's key opens what is loaded: one small question per raw table.

Nothing is written, neither at the vendor nor into the warehouse.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from ingestion.http_client import vendor_errors
from ingestion.settings import configured_vendors
from ingestion.vendor_errors import VendorLoadError
from ingestion.watermarks import naive_utc

# What of it is asked for: enough to see that it can be read.
RECENTLY = timedelta(days=2)


class State(StrEnum):
    WORKS = "works"
    LACKING = "lacking"
    REFUSED = "refused"
    NOT_CONFIGURED = "not configured"


@dataclass(frozen=True)
class Finding:
    """What became of one question.

    Attributes:
        resource: the raw table.
        lacking: declared columns of it for which the vendor has no field.
        detail: the vendor's answer and the remedy where it is refused.
    """

    vendor: str
    resource: str
    state: State
    lacking: tuple[str, ...] = ()
    detail: str = ""


# Asks a vendor; the columns that it lacks, or None if it has no such table.
Question = Callable[[], list[str] | None]


def examine(vendor: str, as_of: datetime) -> Iterator[Finding]:
    """Ask for every table of a vendor, one after another, as a load up to as_of (UTC) would."""
    if vendor not in configured_vendors():
        yield Finding(vendor, "", State.NOT_CONFIGURED)
        return
    for resource, question in QUESTIONS[vendor](naive_utc(as_of)):
        try:
            with vendor_errors(vendor, resource):
                lacking = question()
        except VendorLoadError as error:
            yield Finding(vendor, resource, State.REFUSED, detail=f"{error.cause}: {error.remedy}")
        else:
            state = State.LACKING if lacking is None else State.WORKS
            yield Finding(vendor, resource, state, tuple(lacking or ()))


def _salesforce(as_of: datetime) -> Iterator[tuple[str, Question]]:
    from simple_salesforce.exceptions import SalesforceError

    from ingestion.salesforce_fields import described_fields
    from ingestion.salesforce_objects import OBJECTS
    from ingestion.salesforce_session import Session, lacks_object, load_error
    from ingestion.tables import column_name

    session = Session()

    def lacking(sobject: str) -> list[str] | None:
        try:
            fields = described_fields(session, sobject, OBJECTS[sobject])
        except SalesforceError as error:
            if lacks_object(sobject, error):
                return None
            raise load_error(OBJECTS[sobject].name, error) from error
        return [column_name(path) for path in fields.missing]

    for sobject, table in OBJECTS.items():
        yield table.name, partial(lacking, sobject)


def _pendo(as_of: datetime) -> Iterator[tuple[str, Question]]:
    from ingestion.pendo import POLL_EVENTS
    from ingestion.pendo_aggregation import ask, source_step
    from ingestion.pendo_days import epoch_ms, local_midnight_before
    from ingestion.pendo_definitions import DEFINITIONS
    from ingestion.pendo_events import BUCKETS
    from ingestion.pendo_files import FileExport, files_setting

    def rows(resource: str, source: str, days: list[int] | None = None) -> list[str]:
        ask(resource, [source_step(source, days), {"limit": 1}])
        return []

    def files(resource: str, url: str) -> list[str]:
        FileExport(resource, BUCKETS[resource], url, None, as_of)
        return []

    day = [epoch_ms(local_midnight_before(as_of) - RECENTLY)]
    for source, _, _, table in DEFINITIONS:
        yield table.name, partial(rows, table.name, source)
    for name, bucket in BUCKETS.items():
        url = files_setting(name)
        yield name, partial(files, name, url) if url else partial(rows, name, bucket.source, day)
    yield POLL_EVENTS.name, partial(rows, POLL_EVENTS.name, "pollEvents", day)


def _zendesk(as_of: datetime) -> Iterator[tuple[str, Question]]:
    from ingestion.zendesk import LISTS, client, epoch_seconds

    since = {"start_time": epoch_seconds(as_of - RECENTLY)}

    def page(path: str, size: str) -> list[str]:
        client().get(path, params=since | {size: 1}).raise_for_status()
        return []

    for name, (path, size) in LISTS.items():
        yield name, partial(page, path, size)


def _recurly(as_of: datetime) -> Iterator[tuple[str, Question]]:
    from ingestion.recurly import TABLES, client

    def page(path: str) -> list[str]:
        client().get(path, params={"limit": 1}).raise_for_status()
        return []

    for table in TABLES:
        yield table.name, partial(page, table.name)


QUESTIONS: Mapping[str, Callable[[datetime], Iterator[tuple[str, Question]]]] = {
    "salesforce": _salesforce,
    "pendo": _pendo,
    "zendesk": _zendesk,
    "recurly": _recurly,
}
