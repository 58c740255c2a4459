"""Which fields of an object an organisation has, what it calls them, and which of them are read."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.salesforce_objects import KEY, cursor_of
from ingestion.schema_drift import note_fields, note_lacking_columns
from ingestion.settings import setting
from ingestion.tables import Table, column_name
from ingestion.vendor_errors import VendorLoadError

if TYPE_CHECKING:
    from ingestion.salesforce_session import Session

log = logging.getLogger(__name__)

VENDOR = "salesforce"
CUSTOM = "__c"
# Of an organisation's own fields, those that hold people's data or whole texts are left out.
PRIVATE_TYPES = {
    *("address", "anyType", "base64", "email", "encryptedstring", "location", "phone", "textarea")
}
# An address has at most 16,384 characters; the rest is for the conditions.
LONGEST_FIELD_LIST = 14_000
COMMA = "%2C+"
API_NAME = re.compile(r"[A-Za-z]\w*")


@dataclass(frozen=True)
class DescribedFields:
    """What an organisation says of an object.

    Attributes:
        names: field to read -> its name there: the declared ones that it has, and its own.
        types: name there in lower case -> Salesforce's type.
    """

    sobject: str
    table: Table
    names: Mapping[str, str]
    types: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        """Declared fields that it lacks, or hides from the user that reads."""
        return [path for path in self.table.fields if path not in self.names]

    def note(self, read: Mapping[str, str]) -> bool:
        """Note, from inside the running resource, which fields are read; whether some are new.

        The columns of declared fields that are not stay NULL, and metrics that rest on one of
        them are unmapped.
        """
        missing = [path for path in self.table.fields if path not in read]
        if missing:
            log.warning(
                "salesforce %s has no field %s (or hides it): its column stays NULL. If it goes "
                "by another name there, set it in [sources.salesforce.api_names]",
                self.sobject,
                ", ".join(sorted(org_name(path, self.sobject) for path in missing)),
            )
        note_lacking_columns([column_name(path) for path in missing])
        types = {column_name(path): self.types[name.lower()] for path, name in read.items()}
        changes = note_fields(types)
        for column, change, before, now in changes:
            log.warning(
                "salesforce %s: %s %s (before: %s, now: %s)",
                *(self.sobject, column, change, before, now),
            )
        return any(change.change == "appeared" for change in changes)


def described_fields(session: "Session", sobject: str, table: Table) -> DescribedFields:
    """Ask the organisation for an object's fields.

    Raises:
        SalesforceError: it has no such object, or refuses to describe it.
        VendorLoadError: the key or the cursor is hidden from the user that reads.
    """
    described = session.ask(lambda client: getattr(client, org_name(sobject)).describe())
    by_name = {field["name"].lower(): field["name"] for field in described["fields"]}
    wanted = {path: org_name(path, sobject).lower() for path in table.fields}
    names = {path: by_name[name] for path, name in wanted.items() if name in by_name}
    if not {KEY, cursor_of(table)} <= names.keys():
        raise VendorLoadError(
            VENDOR,
            table.name,
            cause=f"{sobject} shows no {KEY} or {cursor_of(table)}",
            remedy="let the integration's user read the object's system fields",
        )
    if table.custom_in is not None:
        names |= _own_fields(sobject, table, described, names)
    types = {field["name"].lower(): field["type"] for field in described["fields"]}
    return DescribedFields(sobject, table, names, types)


def _own_fields(
    sobject: str, table: Table, described: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, str]:
    """As many of an organisation's own fields as one query's address has room for."""
    room = LONGEST_FIELD_LIST - sum(len(name) + len(COMMA) for name in names.values())
    own = {}
    for field in described["fields"]:
        name = field["name"]
        is_own = name.endswith(CUSTOM) and field["type"] not in PRIVATE_TYPES
        if not is_own or name in names.values() or name in table.fields:
            continue
        room -= len(name) + len(COMMA)
        if room < 0:
            log.warning(
                "salesforce %s has more fields of its own than a query can name: %s and what "
                "comes after it are left out",
                sobject,
                name,
            )
            break
        own[name] = name
    return own


def org_name(name: str, sobject: str | None = None) -> str:
    """The organisation's own API name of an object or a field (`Object.Field` or `Field`).

    Raises:
        VendorLoadError: the setting is no API name; it would become part of queries and addresses.
    """
    api_names = setting(VENDOR, "api_names", {}, dict)
    own = api_names.get(f"{sobject}.{name}") or api_names.get(name) or name
    if not API_NAME.fullmatch(own):
        raise VendorLoadError(
            VENDOR,
            "settings",
            cause=f"'{own}' is not the API name of an object or a field",
            remedy="mend it in [sources.salesforce.api_names]",
        )
    return own
