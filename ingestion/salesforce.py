"""Salesforce: CRM objects by SOQL, deleted and archived records included.

Facts about the API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import dlt

from ingestion.incremental_resource import Records, table_resource
from ingestion.salesforce_bulk import bulk_pages, is_for_bulk
from ingestion.salesforce_objects import KEY, LOGS, OBJECTS, cursor_of
from ingestion.salesforce_queries import Query, all_pages, first_page
from ingestion.salesforce_session import Session, lacks_object, load_error
from ingestion.schema_drift import note_fields, note_lacking_columns
from ingestion.settings import setting
from ingestion.tables import Table, as_text, column_name
from ingestion.vendor_errors import VendorLoadError
from ingestion.watermarks import BEGINNING

if TYPE_CHECKING:
    from dlt.extract import DltResource

log = logging.getLogger(__name__)

VENDOR = "salesforce"
# A record is listed when its transaction ends, which may be minutes after its time stamp.
OVERLAP = timedelta(minutes=10)
CUSTOM = "__c"
# Of an organisation's own fields, those that hold people's data or whole texts are left out.
PRIVATE_TYPES = {
    *("address", "anyType", "base64", "email", "encryptedstring", "location", "phone", "textarea")
}
# An address has at most 16,384 characters; the rest is for the conditions.
LONGEST_FIELD_LIST = 14_000
COMMA = "%2C+"
API_NAME = re.compile(r"[A-Za-z]\w*")
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

    org_object, window = _org_name(sobject), partial(_window, cursor_of(table), as_of)
    try:
        described = session.ask(lambda client: getattr(client, org_object).describe())
        types = {field["name"].lower(): field["type"] for field in described["fields"]}
        query = Query(org_object, _fields_to_read(sobject, table, described), window(since))
        query, first = first_page(session, query)
        if _note_fields(sobject, table, query.names, types) and since > BEGINNING:
            # A field that is new has values also in records that did not change since.
            query, first = first_page(session, replace(query, conditions=window(BEGINNING)))
    except SalesforceError as error:
        if not lacks_object(error):
            raise load_error(table.name, error) from error
        log.warning(
            "salesforce has no object %s: what is measured from it is unmapped. If it goes by "
            "another name there, set it in [sources.salesforce.api_names]",
            org_object,
        )
        return None
    if is_for_bulk(query, first["totalSize"]):
        pages = bulk_pages(session, query, first["totalSize"], table.name)
    else:
        pages = all_pages(session, query, first, table.name)
    return map(partial(_readable_log, sobject), pages) if sobject in LOGS else pages


def _window(cursor: str, as_of: datetime, since: datetime) -> str:
    return (
        f"{cursor} >= {since:{SOQL_INSTANT}} AND {cursor} < {as_of:{SOQL_INSTANT}} "
        f"ORDER BY {cursor}"
    )


def described_fields(session: Session, sobject: str, table: Table) -> dict[str, str] | None:
    """The fields to read of an object, as its description has them; None if there is no object.

    Raises:
        VendorLoadError: Salesforce refuses to describe it.
    """
    from simple_salesforce.exceptions import SalesforceError

    try:
        described = session.ask(lambda client: getattr(client, _org_name(sobject)).describe())
    except SalesforceError as error:
        if lacks_object(error):
            return None
        raise load_error(table.name, error) from error
    return _fields_to_read(sobject, table, described)


def _fields_to_read(sobject: str, table: Table, described: Mapping[str, Any]) -> dict[str, str]:
    """Field -> the organisation's name for it: the declared ones that it has, and its own."""
    by_name = {field["name"].lower(): field["name"] for field in described["fields"]}
    wanted = {path: _org_name(path, sobject).lower() for path in table.fields}
    names = {path: by_name[name] for path, name in wanted.items() if name in by_name}
    own = [
        field["name"]
        for field in described["fields"]
        if field["name"].endswith(CUSTOM) and field["type"] not in PRIVATE_TYPES
    ]
    if table.custom_in is not None:
        taken = {*names.values(), *table.fields}
        names |= {name: name for name in _that_fit(sobject, own, names) if name not in taken}
    return names


def _that_fit(sobject: str, own: list[str], names: Mapping[str, str]) -> list[str]:
    """As many of an organisation's own fields as one query's address has room for."""
    room = LONGEST_FIELD_LIST - sum(len(name) + len(COMMA) for name in names.values())
    fitting = []
    for name in own:
        room -= len(name) + len(COMMA)
        if room < 0:
            log.warning(
                "salesforce %s has more fields of its own than a query can name: %s and what "
                "comes after it are left out",
                sobject,
                name,
            )
            break
        fitting.append(name)
    return fitting


def _note_fields(
    sobject: str, table: Table, names: Mapping[str, str], types: Mapping[str, str]
) -> bool:
    """Note which fields the organisation has; whether there are new ones.

    The columns of declared fields that it lacks stay NULL, and metrics that rest on one of them
    are unmapped.

    Raises:
        VendorLoadError: the key or the cursor is hidden from the user that reads.
    """
    missing = [path for path in table.fields if path not in names]
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
            ", ".join(sorted(_org_name(path, sobject) for path in missing)),
        )
    note_lacking_columns([column_name(path) for path in missing])
    changes = note_fields({column_name(path): types[name.lower()] for path, name in names.items()})
    for column, change, before, now in changes:
        log.warning(
            "salesforce %s: %s %s (before: %s, now: %s)", sobject, column, change, before, now
        )
    return any(change.change == "appeared" for change in changes)


def _readable_log(sobject: str, page: Records) -> Records:
    """Field history under default field names, the values of all types as text (`true`)."""
    changed = sobject.removesuffix("History")
    defaults = {_org_name(path, changed): path for path in OBJECTS[changed].fields}
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


def _org_name(name: str, sobject: str | None = None) -> str:
    """The organisation's own API name of an object or a field (`Object.Field` or `Field`)."""
    api_names = setting(VENDOR, "api_names", {}, dict)
    own = api_names.get(f"{sobject}.{name}") or api_names.get(name) or name
    if not API_NAME.fullmatch(own):
        # It becomes part of queries and addresses.
        raise VendorLoadError(
            VENDOR,
            "settings",
            cause=f"'{own}' is not the API name of an object or a field",
            remedy="mend it in [sources.salesforce.api_names]",
        )
    return own
