"""Zendesk's service under zenpy, a public client (GPLv3: for tests alone)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingestion.sandbox.company import Company
from tests.ingestion.sandbox.clients.conftest import AS_OF, host

zenpy = pytest.importorskip("zenpy", reason="needs the dependency group `clients`")
from zenpy.lib.exception import APIException, RecordNotFoundException  # noqa: E402

Record = dict[str, Any]
BEGINNING = 0


@pytest.fixture
def client(settings: dict[str, str]) -> Any:
    return connected(settings, settings["SOURCES__ZENDESK__API_TOKEN"])


def connected(settings: dict[str, str], token: str) -> Any:
    """A client of `{subdomain}.{domain}`, which are the halves of an address here."""
    _, port = host(settings, "zendesk")
    return zenpy.Zenpy(
        subdomain="127",
        domain=f"0.0.1:{port}",
        email=settings["SOURCES__ZENDESK__EMAIL"],
        token=token,
        disable_cache=True,
    )


def ids(records: Iterable[Any]) -> list[int]:
    return [record["id"] if isinstance(record, dict) else record.id for record in records]


def wire(moment: datetime) -> str:
    return moment.isoformat() + "Z"


def test_all_organisations_are_listed_as_the_company_has_them(
    client: Any, company: Company
) -> None:
    expected = {row["id"]: row for row in company.zendesk["organizations"]}
    listed = list(client.organizations(cursor_pagination=5))
    assert len(listed) == len(expected) == 12
    for organization in listed:
        row = expected[organization.id]
        for name in ("name", "external_id", "domain_names", "organization_fields", "tags"):
            assert getattr(organization, name) == row[name]
        assert organization.updated_at == wire(row["updated_at"])


def test_organisations_are_counted_and_paged_by_number(client: Any, company: Company) -> None:
    rows = company.zendesk["organizations"]
    numbered = client.organizations(cursor_pagination=False)
    assert (len(numbered), ids(numbered)) == (len(rows), ids(rows))
    assert ids(client.organizations(cursor_pagination=False)[3:9]) == ids(rows)[3:9]


def test_organisations_are_found_by_ids_and_by_external_ids(client: Any, company: Company) -> None:
    rows = company.zendesk["organizations"][2:5]
    by_id = client.organizations(ids=ids(rows))
    by_key = client.organizations(external_ids=[row["external_id"].upper() for row in rows])
    assert sorted(ids(by_id)) == sorted(ids(by_key)) == sorted(ids(rows))
    assert client.organizations(id=rows[0]["id"]).name == rows[0]["name"]


def test_organisations_are_exported_by_time(client: Any, company: Company) -> None:
    rows = sorted(company.zendesk["organizations"], key=lambda r: (r["updated_at"], r["id"]))
    since = rows[5]["updated_at"]
    every = client.organizations.incremental(start_time=BEGINNING, per_page=5)
    later = client.organizations.incremental(start_time=since.replace(tzinfo=UTC))
    assert list(dict.fromkeys(ids(every))) == ids(rows)
    assert ids(later) == ids(row for row in rows if row["updated_at"] >= since)


def test_tickets_are_exported_by_cursor_and_an_old_cursor_goes_on(
    client: Any, company: Company
) -> None:
    rows = sorted(company.zendesk["tickets"], key=lambda r: (r["generated_timestamp"], r["id"]))
    exported = client.tickets.incremental(start_time=BEGINNING, per_page=40)
    first = exported.after_cursor
    tickets = list(exported)
    assert ids(tickets) == ids(rows)
    assert {ticket.status for ticket in tickets} >= {"solved", "closed"}
    for ticket, row in zip(tickets, rows, strict=True):
        assert ticket.generated_timestamp == row["generated_timestamp"]
        assert ticket.updated_at == wire(row["updated_at"])
        assert (ticket.subject, ticket.priority) == (row["subject"], row["priority"])
    assert ids(client.tickets.incremental(cursor=first)) == ids(rows[40:])
    assert ids(client.tickets.incremental(cursor=exported.after_cursor)) == []


def test_tickets_are_exported_by_time_and_carry_their_metrics(
    client: Any, company: Company
) -> None:
    rows = {row["id"]: row for row in company.zendesk["tickets"]}
    exported = client.tickets.incremental(
        start_time=BEGINNING, paginate_by_time=True, per_page=30, include=["metric_sets"]
    )
    seen = {ticket.id: ticket for ticket in exported}
    assert seen.keys() == rows.keys()
    for key, ticket in seen.items():
        metrics = rows[key]["metric_set"]
        assert ticket.metric_set["reopens"] == metrics["reopens"]
        assert ticket.metric_set["ticket_id"] == key


def test_a_start_within_the_last_minute_is_refused(client: Any) -> None:
    recent = (AS_OF - timedelta(seconds=30)).replace(tzinfo=UTC)
    with pytest.raises(APIException, match="StartTimeTooRecent"):
        client.tickets.incremental(start_time=recent)


def test_tickets_are_listed_without_the_deleted_and_found_by_ids(
    client: Any, company: Company
) -> None:
    kept = [row for row in company.zendesk["tickets"] if row["status"] != "deleted"]
    assert sorted(ids(client.tickets(cursor_pagination=25))) == sorted(ids(kept))
    wanted = ids(kept[:3])
    assert sorted(ids(client.tickets(ids=wanted))) == sorted(wanted)
    assert client.tickets(id=wanted[0]).subject == kept[0]["subject"]


def test_the_metrics_of_open_tickets_are_a_list(client: Any, company: Company) -> None:
    rows = [
        row["metric_set"]
        for row in company.zendesk["tickets"]
        if row["status"] not in ("closed", "deleted")
    ]
    listed = {metric.ticket_id: metric for metric in client.ticket_metrics()}
    assert listed.keys() == {row["ticket_id"] for row in rows}
    for row in rows:
        assert listed[row["ticket_id"]].replies == row["replies"]


def test_the_metrics_of_one_ticket_are_known_also_when_it_is_closed(
    client: Any, company: Company
) -> None:
    row = next(row for row in company.zendesk["tickets"] if row["status"] == "closed")
    metrics = client.tickets.metrics(row["id"])
    assert (metrics.ticket_id, metrics.reopens) == (row["id"], row["metric_set"]["reopens"])


def test_ticket_events_come_with_their_child_events(client: Any, company: Company) -> None:
    rows = {row["id"]: row for row in company.zendesk["ticket_events"]}
    events = {event.id: event for event in client.tickets.events(start_time=BEGINNING)}
    assert events.keys() == rows.keys()
    for key, event in events.items():
        assert event.timestamp == rows[key]["timestamp"]
        assert [child["event_type"] for child in event.child_events] == [
            child["event_type"] for child in rows[key]["child_events"]
        ]


def test_ratings_are_cut_by_time_and_score_and_sorted(client: Any, company: Company) -> None:
    rows = sorted(company.zendesk["satisfaction_ratings"], key=lambda r: r["updated_at"])
    low, high = rows[3]["updated_at"], rows[-4]["updated_at"]
    bounds = {"start_time": low.replace(tzinfo=UTC), "end_time": high.replace(tzinfo=UTC)}
    between = [row for row in rows if low <= row["updated_at"] <= high]
    assert set(ids(client.satisfaction_ratings(**bounds, cursor_pagination=7))) == set(ids(between))
    for score in ("good", "bad"):
        expected = {row["id"] for row in between if row["score"] == score}
        assert set(ids(client.satisfaction_ratings(score=score, **bounds))) == expected
    newest = list(client.satisfaction_ratings(sort_order="desc"))
    created = [rating.created_at for rating in newest]
    assert (len(newest), created) == (len(rows), sorted(created, reverse=True))


def test_ratings_with_and_without_a_comment_are_told_apart(client: Any, company: Company) -> None:
    rows = company.zendesk["satisfaction_ratings"]
    for score in ("good", "bad", "received"):
        scores = ("good", "bad") if score == "received" else (score,)
        for name, has_comment in (("with_comment", True), ("without_comment", False)):
            listed = client.satisfaction_ratings(score=f"{score}_{name}")
            assert set(ids(listed)) == {
                row["id"]
                for row in rows
                if row["score"] in scores and bool(row["comment"]) == has_comment
            }


def test_search_finds_by_type_time_and_value(client: Any, company: Company) -> None:
    rows = sorted(company.zendesk["organizations"], key=lambda row: row["updated_at"])
    low, high = rows[2]["updated_at"], rows[-2]["updated_at"]
    found = client.search("", type="organization", updated_after=wire(low), updated_before=high)
    expected = [row for row in rows if low < row["updated_at"] < high]
    assert (found.count, sorted(ids(found))) == (len(expected), sorted(ids(expected)))
    tickets = [
        row
        for row in company.zendesk["tickets"]
        if row["status"] == "closed" and row["priority"] != "high"
    ]
    found = client.search(type="ticket", status="closed", minus="priority:high")
    assert sorted(ids(found)) == sorted(ids(tickets))
    exported = client.search_export(type="ticket", status="closed", cursor_pagination=9)
    assert set(ids(exported)) > set(ids(tickets))
    assert list(client.search("", type="user", updated_after=low, updated_before=high)) == []


def test_what_the_company_lacks_is_empty(client: Any) -> None:
    assert list(client.users()) == []
    assert list(client.users.incremental(start_time=BEGINNING)) == []
    assert list(client.groups()) == []
    assert list(client.organization_memberships()) == []
    assert list(client.ticket_fields()) == []
    assert list(client.tickets.metrics_incremental(start_time=BEGINNING)) == []


def test_deleted_tickets_are_those_of_thirty_days(client: Any, company: Company) -> None:
    since = AS_OF - timedelta(days=30)
    expected = {
        row["id"]
        for row in company.zendesk["tickets"]
        if row["status"] == "deleted" and row["updated_at"] >= since
    }
    assert {ticket.id for ticket in client.tickets.deleted()} == expected


def test_the_user_of_the_key_is_an_admin(client: Any) -> None:
    me = client.users.me()
    assert (me.email, me.role, me.active) == ("admin@sandbox.example", "admin", True)


def test_refusals_are_the_exceptions_that_the_client_knows(
    client: Any, settings: dict[str, str]
) -> None:
    with pytest.raises(RecordNotFoundException):
        client.tickets(id=999)
    with pytest.raises(APIException, match="Couldn't authenticate you"):
        list(connected(settings, "wrong").organizations())
