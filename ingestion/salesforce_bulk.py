"""Salesforce's Bulk API 2.0: a large query as a job whose result comes as CSV in parts.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.paging import EndlessPages
from ingestion.salesforce_queries import Query
from ingestion.salesforce_session import VENDOR, Session, load_error
from ingestion.settings import redacted, setting
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    import pyarrow as pa

# A page of REST holds 2,000 records and costs one of the organisation's daily calls.
BULK_ABOVE = 50_000
RECORDS_PER_PART = 50_000
SECONDS_BETWEEN_QUESTIONS = 0.5
# The guide's list of objects that no job reads, as far as they are read here.
NOT_SUPPORTED = {"TaskWhoRelation"}


def is_for_bulk(query: Query, total: int) -> bool:
    """Whether so many records of an object are read by a job: `[sources.salesforce] bulk_above`."""
    return (
        total > setting(VENDOR, "bulk_above", BULK_ABOVE, int)
        and query.org_object not in NOT_SUPPORTED
    )


def bulk_pages(session: Session, query: Query, total: int, resource: str) -> "Iterator[pa.Table]":
    """The query's records in parts, as tables of text with the declared fields as columns.

    Args:
        total: how many records the query has, as REST counted them.

    Raises:
        VendorLoadError: the job or one of its parts cannot be had.
        EndlessPages: there are far more records than were counted.
    """
    from simple_salesforce.exceptions import SalesforceError, SalesforceOperationError

    job = getattr(session.client.bulk2, query.org_object)
    read = 0
    try:
        for text in job.query_all(
            query.soql, max_records=RECORDS_PER_PART, wait=SECONDS_BETWEEN_QUESTIONS
        ):
            page = _table(text, query)
            read += page.num_rows
            if read > 2 * total + RECORDS_PER_PART:
                raise EndlessPages(f"the job gives more than the {total} records that it has")
            yield page
    except SalesforceError as error:
        raise load_error(resource, error) from error
    except SalesforceOperationError as error:
        raise VendorLoadError(
            VENDOR,
            resource,
            cause=f"a bulk query job failed: {redacted(VENDOR, str(error))[:300]}",
            remedy="run again; should it stay, raise bulk_above in [sources.salesforce] to read "
            "the object page by page",
        ) from error


def _table(text: str, query: Query) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    own_names = list(dict.fromkeys(query.names.values()))
    table = csv.read_csv(
        pa.py_buffer(text.encode()),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.string() for name in own_names},
            include_columns=own_names,
            # In CSV null is the empty string; Salesforce stores no other.
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return pa.table({path: table[name] for path, name in query.names.items()})
