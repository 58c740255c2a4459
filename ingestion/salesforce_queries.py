"""A SOQL query and its pages: fields that are refused, sessions that end, places that are lost."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ingestion.incremental_resource import Records
from ingestion.paging import NextPages
from ingestion.salesforce_session import Session, load_error

if TYPE_CHECKING:
    from simple_salesforce.exceptions import SalesforceError

# A session ends after hours, the place in a result after two days or when others are opened.
LOST_PLACE = "INVALID_QUERY_LOCATOR"
# INVALID_FIELD: a field may be described and yet not be there to be queried.
REFUSED_FIELD = re.compile(r"No such column '(\w+)'")

Page = Mapping[str, Any]


@dataclass(frozen=True)
class Query:
    """`names`: declared field -> the organisation's name for it."""

    org_object: str
    names: Mapping[str, str]
    conditions: str

    @property
    def soql(self) -> str:
        fields = ", ".join(dict.fromkeys(self.names.values()))
        return f"SELECT {fields} FROM {self.org_object} WHERE {self.conditions}"

    def records(self, page: Page) -> Records:
        """A page's records under the declared names."""
        return [
            {path: record[name] for path, name in self.names.items()} for record in page["records"]
        ]


def first_page(session: Session, query: Query) -> tuple[Query, Page]:
    """The query's first page, deleted and archived records included; and the query, without the
    fields that Salesforce refused.

    Raises:
        SalesforceError: the query was refused for something else.
    """
    from simple_salesforce.exceptions import SalesforceError

    while True:
        try:
            return query, _ask(session, query)
        except SalesforceError as error:
            query = _without_refused(query, error)


def _ask(session: Session, query: Query) -> Page:
    return session.ask(lambda client: client.query(query.soql, include_deleted=True))


def _without_refused(query: Query, error: "SalesforceError") -> Query:
    refused = REFUSED_FIELD.search(str(error.content))
    name = refused[1].lower() if refused else None
    left = {path: own for path, own in query.names.items() if own.lower() != name}
    if not left or len(left) == len(query.names):
        raise error
    return replace(query, names=left)


def all_pages(session: Session, query: Query, first: Page, resource: str) -> Iterator[Records]:
    """The records of all pages, the first one included.

    Raises:
        VendorLoadError: a page cannot be had.
        EndlessPages: the pages lead back to themselves.
    """
    from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

    page, next_pages, has_restarted = first, NextPages(), False
    try:
        while True:
            yield query.records(page)
            if page["done"]:
                return
            place = page["nextRecordsUrl"]
            next_pages.follow(place)
            try:
                page = session.client.query_more(place, identifier_is_url=True)
            except SalesforceError as error:
                is_lost = isinstance(error, SalesforceExpiredSession)
                is_lost = is_lost or LOST_PLACE in str(error.content)
                if has_restarted or not is_lost:
                    raise
                # From the beginning, under a new session: rows that come twice merge on their key.
                has_restarted = True
                session.renew()
                page = _ask(session, query)
    except SalesforceError as error:
        raise load_error(resource, error) from error
