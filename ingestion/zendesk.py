"""Zendesk Support: organisations, tickets with metrics and events, satisfaction ratings.

Facts about the API: https://developer.zendesk.com/api-reference/ticketing/introduction/ ; the
requests are made by dlt's REST client, with each list's paginator named.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from ingestion.domains import registrable_domain
from ingestion.http_client import vendor_session
from ingestion.incremental_resource import Records, table_resource
from ingestion.paging import EndingPaginator
from ingestion.settings import required_setting
from ingestion.tables import VALUE, Table, fields

if TYPE_CHECKING:
    from dlt.extract import DltResource
    from requests import Request, Response

VENDOR = "zendesk"
# The last minute is never exported, and a burst may share the second of the last row.
OVERLAP = timedelta(minutes=5)
PAGE_SIZE = 1000
LIST_PAGE_SIZE = 100
# Raw table -> path, and the parameter that says how many records a page has.
LISTS = {
    "organizations": ("incremental/organizations.json", "per_page"),
    "tickets": ("incremental/tickets/cursor.json", "per_page"),
    "ticket_events": ("incremental/ticket_events.json", "per_page"),
    "satisfaction_ratings": ("satisfaction_ratings", "page[size]"),
}

ORGANIZATIONS = Table(
    "organizations",
    fields(
        text="id name external_id organization_fields.salesforce_id",
        instant="created_at updated_at deleted_at",
    ),
    newest="updated_at",
    lists={"domain_names": fields(text="domain registrable_domain")},
    custom_in="organization_fields",
    when_gone={"deleted_at": "coalesce(deleted_at, $as_of)", "updated_at": "$as_of"},
)
TICKETS = Table(
    "tickets",
    fields(
        text="id type priority status requester_id organization_id via.channel",
        integer="generated_timestamp metric_set.reopens",
        instant="created_at updated_at metric_set.solved_at",
    ),
    newest="generated_timestamp",
    lists={"tags": fields(text=VALUE)},
    # Thirty days after its deletion a ticket is scrubbed, and listed no more.
    when_gone={"status": "'deleted'", "updated_at": "$as_of"},
)
# What of a ticket is followed over time; a child event says more than one line per field here.
FOLLOWED = ("status", "priority", "organization_id")
TICKET_EVENTS = Table(
    "ticket_events",
    fields(text="id ticket_id event_type", instant="created_at"),
    newest="created_at",
    lists={"child_events": fields(text="id event_type field value previous_value")},
    when_gone={},
)
SATISFACTION_RATINGS = Table(
    "satisfaction_ratings",
    fields(text="id ticket_id requester_id score", instant="created_at updated_at"),
    newest="updated_at",
    # A rating cannot be deleted.
    when_gone={},
)


class ExportPaginator(EndingPaginator, JSONResponseCursorPaginator):
    """Zendesk's incremental exports: on with the cursor alone, until `end_of_stream`.

    A page may be empty before the end, and the cursor is given at the end too.
    """

    _is_at_end = False

    @property
    def has_next_page(self) -> bool:
        return super().has_next_page and not self._is_at_end

    def update_state(self, response: "Response", data: list[Any] | None = None) -> None:
        self._is_at_end = response.json()["end_of_stream"]
        super().update_state(response, data)

    def update_request(self, request: "Request") -> None:
        request.params.pop("start_time", None)
        super().update_request(request)


class ListPaginator(EndingPaginator, JSONResponseCursorPaginator):
    """Zendesk's cursor pagination of ordinary lists."""


@dlt.source(name=VENDOR, section=VENDOR)
def zendesk_source(as_of: datetime, is_full: bool = False) -> "Iterable[DltResource]":
    """Every table: what changed since its watermark and before as_of (UTC), or everything."""
    return [
        table_resource(VENDOR, ORGANIZATIONS, as_of, _organizations, OVERLAP, is_full),
        table_resource(VENDOR, TICKETS, as_of, _tickets, OVERLAP, is_full),
        table_resource(VENDOR, TICKET_EVENTS, as_of, _ticket_events, OVERLAP, is_full),
        table_resource(VENDOR, SATISFACTION_RATINGS, as_of, _ratings, OVERLAP, is_full),
    ]


def client() -> RESTClient:
    from requests.auth import HTTPBasicAuth

    return RESTClient(
        required_setting(VENDOR, "base_url"),
        auth=HTTPBasicAuth(
            f"{required_setting(VENDOR, 'email')}/token",
            required_setting(VENDOR, "api_token"),
        ),
        session=vendor_session(raise_for_status=False),
    )


def _organizations(since: datetime, as_of: datetime) -> Iterator[Records]:
    pages = client().paginate(
        LISTS["organizations"][0],
        params={"start_time": epoch_seconds(since), "per_page": PAGE_SIZE},
        paginator=ExportPaginator(cursor_path="end_time", cursor_param="start_time"),
        data_selector="organizations",
    )
    for page in pages:
        yield [
            record | {"domain_names": list(map(_domain, record.get("domain_names") or []))}
            for record in page
            if _instant(record["updated_at"]) < as_of
        ]


def _domain(name: str) -> dict[str, str | None]:
    return {"domain": name, "registrable_domain": registrable_domain(name)}


def _tickets(since: datetime, as_of: datetime) -> Iterator[Records]:
    # The list is ordered by when a row was generated, which system updates move too.
    pages = client().paginate(
        LISTS["tickets"][0],
        params={
            "start_time": epoch_seconds(since),
            "per_page": PAGE_SIZE,
            "include": "metric_sets",
        },
        paginator=ExportPaginator(cursor_path="after_cursor", cursor_param="cursor"),
        data_selector="tickets",
    )
    for page in pages:
        yield [record for record in page if record["generated_timestamp"] < epoch_seconds(as_of)]


def _ticket_events(since: datetime, as_of: datetime) -> Iterator[Records]:
    pages = client().paginate(
        LISTS["ticket_events"][0],
        params={"start_time": epoch_seconds(since), "per_page": PAGE_SIZE},
        paginator=ExportPaginator(cursor_path="end_time", cursor_param="start_time"),
        data_selector="ticket_events",
    )
    for page in pages:
        yield [
            event | {"child_events": list(_followed_changes(event))}
            for event in page
            if _instant(event["created_at"]) < as_of
        ]


def _followed_changes(event: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    """One row per child event and followed field: Zendesk puts the value under its name."""
    for child in event.get("child_events") or []:
        if child.get("event_type") not in ("Create", "Change"):
            continue
        for field in FOLLOWED:
            if field in child:
                yield {
                    "id": _text(child["id"]),
                    "event_type": child["event_type"],
                    "field": field,
                    "value": _text(child[field]),
                    "previous_value": _text(child.get("previous_value")),
                }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _ratings(since: datetime, as_of: datetime) -> Iterator[Records]:
    pages = client().paginate(
        LISTS["satisfaction_ratings"][0],
        params={
            "start_time": epoch_seconds(since),
            "end_time": epoch_seconds(as_of),
            "page[size]": LIST_PAGE_SIZE,
        },
        paginator=ListPaginator(
            cursor_path="meta.after_cursor",
            cursor_param="page[after]",
            has_more_path="meta.has_more",
        ),
        data_selector="satisfaction_ratings",
    )
    for page in pages:
        yield [record for record in page if _instant(record["updated_at"]) < as_of]


def epoch_seconds(instant: datetime) -> int:
    return int(instant.replace(tzinfo=UTC).timestamp())


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
