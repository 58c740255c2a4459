"""Salesforce: CRM objects by SOQL, deleted and archived records included.

simple-salesforce speaks the protocol; the login is OAuth's client-credentials flow. Facts about
the API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
"""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import dlt

from ingestion.http_client import require_encryption, response_error, vendor_session
from ingestion.incremental_resource import Records, table_resource
from ingestion.paging import NextPages
from ingestion.salesforce_objects import KEY, LOGS, OBJECTS, cursor_of
from ingestion.settings import redacted, required_setting, setting
from ingestion.tables import Table
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    from dlt.extract import DltResource
    from simple_salesforce import Salesforce
    from simple_salesforce.exceptions import SalesforceError

log = logging.getLogger(__name__)

VENDOR = "salesforce"
API_VERSION = "62.0"
# A record is listed when its transaction ends, which may be minutes after its time stamp.
OVERLAP = timedelta(minutes=10)
# A session ends after hours, the place in a result after two days or when others are opened.
LOST_CURSOR = "INVALID_QUERY_LOCATOR"
SOQL_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dlt.source(name=VENDOR, section=VENDOR)
def salesforce_source(as_of: datetime) -> "Iterable[DltResource]":
    """Every object of OBJECTS: what changed since its watermark and before as_of (UTC)."""
    # One login per load: resources are read one after another.
    log_in = cache(_log_in)
    return [
        table_resource(VENDOR, table, as_of, partial(_pages, log_in, sobject, table), OVERLAP)
        for sobject, table in OBJECTS.items()
    ]


def _log_in() -> "Salesforce":
    """A client with a fresh session.

    Raises:
        VendorLoadError: Salesforce refuses the client id or secret.
    """
    from simple_salesforce import Salesforce

    login_url = required_setting(VENDOR, "login_url").rstrip("/")
    reply = vendor_session(raise_for_status=False).post(
        f"{login_url}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": required_setting(VENDOR, "client_id"),
            "client_secret": required_setting(VENDOR, "client_secret"),
        },
    )
    if reply.status_code == 400:
        # What OAuth answers to wrong credentials.
        error = response_error(VENDOR, "login", reply)
        remedy = (
            "check client_id and client_secret in [sources.salesforce], and that login_url is "
            "the organisation's My Domain"
        )
        raise VendorLoadError(VENDOR, "login", error.cause, remedy)
    reply.raise_for_status()
    token = reply.json()
    instance = urlsplit(require_encryption(token["instance_url"]))
    # simple-salesforce always asks for https, which a loopback service does not speak.
    plain_host = instance.netloc if instance.scheme == "http" else None
    return Salesforce(
        instance_url=token["instance_url"],
        session_id=token["access_token"],
        version=API_VERSION,
        session=vendor_session(raise_for_status=False, plain_host=plain_host),
    )


def _pages(
    log_in: Any, sobject: str, table: Table, since: datetime, as_of: datetime
) -> Iterator[Records] | None:
    """Pages of an object's changed records; None if the organisation has no such object."""
    from simple_salesforce.exceptions import SalesforceError, SalesforceResourceNotFound

    org_object = _org_name(sobject)
    try:
        described = getattr(log_in(), org_object).describe()
    except SalesforceResourceNotFound:
        log.warning(
            "salesforce has no object %s: what is measured from it is unmapped. If it goes by "
            "another name there, set it in [sources.salesforce.api_names]",
            org_object,
        )
        return None
    except SalesforceError as error:
        raise _load_error(table.name, error) from error
    names = _existing_fields(sobject, table, {field["name"] for field in described["fields"]})
    cursor = cursor_of(table)
    query = (
        f"SELECT {', '.join(dict.fromkeys(names.values()))} FROM {org_object} "
        f"WHERE {cursor} >= {since:{SOQL_INSTANT}} AND {cursor} < {as_of:{SOQL_INSTANT}} "
        f"ORDER BY {cursor}"
    )
    pages = _read(log_in, query, names, table.name)
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


def _read(log_in: Any, query: str, names: dict[str, str], resource: str) -> Iterator[Records]:
    """Run the query page by page; records come out under default field names."""
    from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

    for is_last_attempt in (False, True):
        client, next_pages = log_in(), NextPages()
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
                raise _load_error(resource, error) from error
            log_in.cache_clear()


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


def _load_error(resource: str, error: "SalesforceError") -> VendorLoadError:
    words = redacted(VENDOR, str(error.content))[:300]
    remedy = "look up the error code in Salesforce's REST API guide"
    if error.status >= 500:
        remedy = "Salesforce is in trouble; the next run loads what this one missed"
    elif "REQUEST_LIMIT_EXCEEDED" in words:
        remedy = "the organisation's calls of the last 24 hours are used up: run again later"
    elif error.status in (401, 403):
        remedy = "check what the integration's user may read"
    cause = f"HTTP {error.status}: {words}"
    return VendorLoadError(VENDOR, resource, cause, remedy)
