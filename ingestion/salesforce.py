"""Salesforce: CRM objects by SOQL, deleted and archived records included.

Facts about the API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
"""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import dlt

from ingestion.incremental_resource import Records, table_resource
from ingestion.paging import NextPages
from ingestion.salesforce_objects import KEY, LOGS, OBJECTS, cursor_of
from ingestion.salesforce_session import Session, load_error
from ingestion.settings import setting
from ingestion.tables import Table
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    from dlt.extract import DltResource

log = logging.getLogger(__name__)

VENDOR = "salesforce"
# A record is listed when its transaction ends, which may be minutes after its time stamp.
OVERLAP = timedelta(minutes=10)
# A session ends after hours, the place in a result after two days or when others are opened.
LOST_CURSOR = "INVALID_QUERY_LOCATOR"
SOQL_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dlt.source(name=VENDOR, section=VENDOR)
def salesforce_source(as_of: datetime, is_full: bool = False) -> "Iterable[DltResource]":
    """Every object of OBJECTS: what changed since its watermark and before as_of, or everything."""
    session = Session()
    return [
        table_resource(
            VENDOR, table, as_of, partial(_pages, session, sobject, table), OVERLAP, is_full
        )
        for sobject, table in OBJECTS.items()
    ]


def _pages(
    session: Session, sobject: str, table: Table, since: datetime, as_of: datetime
) -> Iterator[Records] | None:
    """Pages of an object's changed records; None if the organisation has no such object."""
    from simple_salesforce.exceptions import SalesforceError, SalesforceResourceNotFound

    org_object = _org_name(sobject)
    try:
        described = session.ask(lambda client: getattr(client, org_object).describe())
    except SalesforceResourceNotFound:
        log.warning(
            "salesforce has no object %s: what is measured from it is unmapped. If it goes by "
            "another name there, set it in [sources.salesforce.api_names]",
            org_object,
        )
        return None
    except SalesforceError as error:
        raise load_error(table.name, error) from error
    names = _existing_fields(sobject, table, {field["name"] for field in described["fields"]})
    cursor = cursor_of(table)
    query = (
        f"SELECT {', '.join(dict.fromkeys(names.values()))} FROM {org_object} "
        f"WHERE {cursor} >= {since:{SOQL_INSTANT}} AND {cursor} < {as_of:{SOQL_INSTANT}} "
        f"ORDER BY {cursor}"
    )
    pages = _read(session, query, names, table.name)
    return _readable_log(sobject, pages) if sobject in LOGS else pages


def _existing_fields(sobject: str, table: Table, described: set[str]) -> dict[str, str]:
    """Declared field -> the organisation's name for it; those it lacks are left out, noted.

    Raises:
        VendorLoadError: the key or the cursor is hidden from the user that reads.
    """
    by_name = {name.lower(): name for name in described}
    wanted = {path: _org_name(path, sobject) for path in table.fields}
    missing = sorted(name for name in wanted.values() if name.lower() not in by_name)
    cursor = cursor_of(table)
    if {KEY, cursor} & set(missing):
        raise VendorLoadError(
            VENDOR,
            table.name,
            cause=f"{sobject} shows no {KEY} or {cursor}",
            remedy="let the integration's user read the object's system fields",
        )
    if missing:
        log.warning(
            "salesforce %s has no field %s (or hides it): its column stays NULL. If it goes by "
            "another name there, set it in [sources.salesforce.api_names]",
            sobject,
            ", ".join(missing),
        )
    return {path: by_name[name.lower()] for path, name in wanted.items() if name not in missing}


def _read(session: Session, query: str, names: dict[str, str], resource: str) -> Iterator[Records]:
    """Run the query page by page; records come out under default field names."""
    from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

    for is_last_attempt in (False, True):
        client, next_pages = session.client, NextPages()
        try:
            page = client.query(query, include_deleted=True)
            while True:
                yield [
                    {path: record[name] for path, name in names.items()}
                    for record in page["records"]
                ]
                if page["done"]:
                    return
                next_pages.follow(page["nextRecordsUrl"])
                page = client.query_more(page["nextRecordsUrl"], identifier_is_url=True)
        except SalesforceError as error:
            # Read again, under a new session: rows that come twice merge on their key.
            is_lost = isinstance(error, SalesforceExpiredSession) or LOST_CURSOR in str(
                error.content
            )
            if is_last_attempt or not is_lost:
                raise load_error(resource, error) from error
            session.renew()


def _readable_log(sobject: str, pages: Iterator[Records]) -> Iterator[Records]:
    """Field history under default field names, the values of all types as text (`true`)."""
    changed = sobject.removesuffix("History")
    defaults = {_org_name(path, changed): path for path in OBJECTS[changed].fields}

    def text(value: Any) -> str | None:
        return value if value is None or isinstance(value, str) else json.dumps(value)

    for page in pages:
        yield [
            {
                **record,
                "Field": defaults.get(record["Field"], record["Field"]),
                "OldValue": text(record["OldValue"]),
                "NewValue": text(record["NewValue"]),
            }
            for record in page
        ]


def _org_name(name: str, sobject: str | None = None) -> str:
    """The organisation's own API name of an object or a field (`Object.Field` or `Field`)."""
    api_names = setting(VENDOR, "api_names", {}, dict)
    return api_names.get(f"{sobject}.{name}") or api_names.get(name) or name
