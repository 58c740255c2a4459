"""Salesforce's Bulk API 2.0: a large query as a job whose result comes as CSV in parts.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/
"""

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ingestion.paging import NextPages
from ingestion.salesforce_queries import Query
from ingestion.salesforce_session import VENDOR, Session, load_error
from ingestion.settings import redacted, setting
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    import pyarrow as pa
    from requests import Response
    from simple_salesforce import Salesforce

# A page of REST holds 2,000 records and costs one of the organisation's daily calls.
BULK_ABOVE = 50_000
RECORDS_PER_PART = 50_000
# The pause doubles from question to question: each costs one of the organisation's daily calls.
SECONDS_BETWEEN_QUESTIONS = 0.5
MOST_SECONDS_BETWEEN_QUESTIONS = 30
# A job of millions of records takes minutes; one that takes this long waits for what never comes.
LONGEST_JOB_SECONDS = 2 * 60 * 60
# The guide's list of objects that no job reads, as far as they are read here.
NOT_SUPPORTED = {"TaskWhoRelation"}
RESULTS = "/results"
# What it says in place of the next part's locator behind the last one.
NO_PART = "null"
REMEDY = (
    "run again; should it stay, raise bulk_above in [sources.salesforce] to read the object page "
    "by page"
)


def is_for_bulk(query: Query, total: int) -> bool:
    """Whether so many records of an object are read by a job: `[sources.salesforce] bulk_above`."""
    return (
        total > setting(VENDOR, "bulk_above", BULK_ABOVE, int)
        and query.org_object not in NOT_SUPPORTED
    )


def bulk_pages(session: Session, query: Query, resource: str) -> "Iterator[pa.Table]":
    """The query's records in parts, as tables of text with the declared fields as columns.

    A session that ends is renewed: a job belongs to the user and not to the session.

    Raises:
        VendorLoadError: the job or one of its parts cannot be had, or the parts do not hold as
            many records as the job says that it has.
        EndlessPages: the parts lead back to themselves.
    """
    from simple_salesforce.exceptions import SalesforceError

    try:
        job = _finished_job(session, query, resource)
        total = int(job["numberRecordsProcessed"])
        read, place, parts = 0, None, NextPages()
        while place != NO_PART and read <= total:
            parts.follow(place)
            part = _ask(session, "GET", f"/{job['id']}{RESULTS}", params=_part_at(place))
            following = part.headers.get("Sforce-Locator") or NO_PART
            if following == place:
                # An earlier part once more: this one lies still ahead.
                continue
            page, place = _table(part, query, resource), following
            read += page.num_rows
            yield page
    except SalesforceError as error:
        raise load_error(resource, error) from error
    if read != total:
        cause = f"a bulk query job says that it has {total} records, but its parts hold {read}"
        raise VendorLoadError(VENDOR, resource, cause, REMEDY)


def _finished_job(session: Session, query: Query, resource: str) -> Mapping[str, Any]:
    """What a new job says of itself once it has the query's records, deleted ones included."""
    wanted = {"operation": "queryAll", "query": query.soql}
    job = _ask(session, "POST", json=wanted).json()
    pause, end = SECONDS_BETWEEN_QUESTIONS, time.monotonic() + LONGEST_JOB_SECONDS
    while job["state"] not in ("JobComplete", "Failed", "Aborted"):
        if time.monotonic() > end:
            cause = f"a bulk query job has not ended after {LONGEST_JOB_SECONDS / 60:.0f} minutes"
            raise VendorLoadError(VENDOR, resource, f"{cause} (it is {job['state']})", REMEDY)
        time.sleep(pause)
        pause = min(2 * pause, MOST_SECONDS_BETWEEN_QUESTIONS)
        job = _ask(session, "GET", f"/{job['id']}").json()
    if job["state"] != "JobComplete":
        words = redacted(VENDOR, str(job.get("errorMessage") or job["state"]))[:300]
        raise VendorLoadError(VENDOR, resource, f"a bulk query job failed: {words}", REMEDY)
    return job


def _ask(session: Session, method: str, path: str = "", **arguments: Any) -> "Response":
    """Salesforce's answer to a request below `jobs/query`."""
    from simple_salesforce.util import call_salesforce

    accepted = "text/csv" if path.endswith(RESULTS) else "application/json"

    def call(client: "Salesforce") -> "Response":
        url, headers = f"{client.base_url}jobs/query{path}", {**client.headers, "Accept": accepted}
        return call_salesforce(url, method, client.session, headers, **arguments)

    return session.ask(call)


def _part_at(place: str | None) -> dict[str, Any]:
    return {"maxRecords": RECORDS_PER_PART} | ({"locator": place} if place else {})


def _table(part: "Response", query: Query, resource: str) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    own_names = list(dict.fromkeys(query.names.values()))
    try:
        table = csv.read_csv(
            pa.py_buffer(part.content.replace(b"\0", b"")),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.string() for name in own_names},
                include_columns=own_names,
                # In CSV null is the empty string; Salesforce stores no other.
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        cause = "a part of a bulk query job ends in its middle or is garbled"
        # Not with Arrow's words: they quote the record.
        raise VendorLoadError(VENDOR, resource, cause, REMEDY) from None
    return pa.table({path: table[name] for path, name in query.names.items()})
