"""Salesforce: CRM objects by SOQL, deleted and archived records included.

Facts about the API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import dlt

from ingestion.incremental_resource import Records, table_resource
from ingestion.salesforce_bulk import bulk_pages, is_for_bulk
from ingestion.salesforce_fields import described_fields, org_name
from ingestion.salesforce_objects import LOGS, OBJECTS, cursor_of
from ingestion.salesforce_queries import Query, all_pages, first_page
from ingestion.salesforce_session import Session, lacks_object, load_error
from ingestion.tables import Table, as_text
from ingestion.watermarks import BEGINNING

if TYPE_CHECKING:
    from dlt.extract import DltResource

log = logging.getLogger(__name__)

VENDOR = "salesforce"
# A record is listed when its transaction ends, which may be minutes after its time stamp.
OVERLAP = timedelta(minutes=10)
SOQL_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dlt.source(name=VENDOR, section=VENDOR)
def salesforce_source(as_of: datetime, is_full: bool = False) -> "Iterable[DltResource]":
    """Every object of OBJECTS: what changed since its watermark and before as_of, or everything."""
    session = Session()
    return [
        table_resource(
            VENDOR,
            table,
            as_of,
            partial(_pages, session, sobject, table),
            OVERLAP,
            is_full,
            notes_fields=False,
        )
        for sobject, table in OBJECTS.items()
    ]


def _pages(
    session: Session, sobject: str, table: Table, since: datetime, as_of: datetime
) -> Iterator[Records] | None:
    """Pages of an object's changed records; None if the organisation has no such object."""
    from simple_salesforce.exceptions import SalesforceError

    org_object, window = org_name(sobject), partial(_window, cursor_of(table), as_of)
    try:
        fields = described_fields(session, sobject, table)
        query, first = first_page(session, Query(org_object, fields.names, window(since)))
        if fields.note(query.names) and since > BEGINNING:
            # A field that is new has values also in records that did not change since.
            query, first = first_page(session, replace(query, conditions=window(BEGINNING)))
    except SalesforceError as error:
        if not lacks_object(sobject, error):
            raise load_error(table.name, error) from error
        log.warning(
            "salesforce has no object %s: what is measured from it is unmapped. If it goes by "
            "another name there, set it in [sources.salesforce.api_names]",
            org_object,
        )
        return None
    if is_for_bulk(query, first["totalSize"]):
        pages = bulk_pages(session, query, table.name)
    else:
        pages = all_pages(session, query, first, table.name)
    return map(partial(_readable_log, sobject), pages) if sobject in LOGS else pages


def _window(cursor: str, as_of: datetime, since: datetime) -> str:
    return (
        f"{cursor} >= {since:{SOQL_INSTANT}} AND {cursor} < {as_of:{SOQL_INSTANT}} "
        f"ORDER BY {cursor}"
    )


def _readable_log(sobject: str, page: Records) -> Records:
    """Field history under default field names, the values of all types as text (`true`)."""
    changed = sobject.removesuffix("History")
    defaults = {org_name(path, changed): path for path in OBJECTS[changed].fields}
    records = page if isinstance(page, list) else page.to_pylist()
    return [
        {
            **record,
            "Field": defaults.get(record["Field"], record["Field"]),
            "OldValue": as_text(record["OldValue"]),
            "NewValue": as_text(record["NewValue"]),
        }
        for record in records
    ]
