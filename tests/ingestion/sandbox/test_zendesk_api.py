from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.ingestion.sandbox.small_company import AS_OF, epoch

NOW = epoch(AS_OF)


def cursor_pages(
    zendesk: requests.Session, name: str, **parameters: Any
) -> Iterator[dict[str, Any]]:
    url = f"{zendesk.base}/incremental/{name}/cursor.json"
    while True:
        page = zendesk.get(url, params=parameters, timeout=10).json()
        yield page
        if page["end_of_stream"]:
            return
        parameters.pop("start_time", None)
        parameters["cursor"] = page["after_cursor"]


def test_a_wrong_token_gets_zendesks_401_body(zendesk: requests.Session) -> None:
    user = zendesk.auth[0]
    reply = requests.get(zendesk.base + "/groups", auth=(user, "wrong"), timeout=10)
    assert reply.status_code == 401
    assert reply.json() == {"error": "Couldn't authenticate you"}


def test_an_oauth_token_is_as_good_as_an_api_token(zendesk: requests.Session) -> None:
    headers = {"Authorization": "Bearer sandbox-zendesk-oauth-token"}
    reply = requests.get(zendesk.base + "/tickets.json", headers=headers, timeout=10)
    assert reply.status_code == 200


def test_the_ticket_export_ends_with_a_cursor_for_the_next_run(
    zendesk: requests.Session,
) -> None:
    pages = list(cursor_pages(zendesk, "tickets", start_time=0))
    assert [len(page["tickets"]) for page in pages] == [1000, 1000, 301]
    ids = {ticket["id"] for page in pages for ticket in page["tickets"]}
    assert len(ids) == 2301
    last = pages[-1]["after_cursor"]
    (again,) = cursor_pages(zendesk, "tickets", cursor=last)
    assert (again["tickets"], again["after_cursor"]) == ([], last)


def test_the_ticket_export_takes_smaller_pages_and_follows_its_url(
    zendesk: requests.Session,
) -> None:
    url = f"{zendesk.base}/incremental/tickets/cursor"
    first = zendesk.get(url, params={"start_time": 0, "per_page": 2}).json()
    second = zendesk.get(first["after_url"]).json()
    ids = [[ticket["id"] for ticket in page["tickets"]] for page in (first, second)]
    assert ids == [[1, 2], [3, 4]]


def test_tickets_are_matched_on_the_time_they_were_generated(
    zendesk: requests.Session,
) -> None:
    every = next(cursor_pages(zendesk, "tickets", start_time=0))["tickets"]
    start = every[10]["generated_timestamp"]
    first = next(cursor_pages(zendesk, "tickets", start_time=start))["tickets"][0]
    assert first["id"] == every[10]["id"]
    assert first["generated_timestamp"] == start
    # A system update moves generated_timestamp alone: updated_at lies before start_time.
    assert first["updated_at"] == "2026-01-01T00:11:00Z"
    assert start == epoch(AS_OF.replace(month=1, day=1) + timedelta(minutes=71))


def test_deleted_tickets_stay_in_the_export_and_leave_the_list(
    zendesk: requests.Session,
) -> None:
    exported = next(cursor_pages(zendesk, "tickets", start_time=0))["tickets"]
    listed = zendesk.get(zendesk.base + "/tickets.json").json()["tickets"]
    assert {ticket["status"] for ticket in exported} >= {"deleted"}
    assert "deleted" not in {ticket["status"] for ticket in listed}


def test_metric_sets_come_only_when_included(zendesk: requests.Session) -> None:
    plain = next(cursor_pages(zendesk, "tickets", start_time=0))["tickets"][0]
    options = {"start_time": 0, "include": "metric_sets,organizations"}
    page = next(cursor_pages(zendesk, "tickets", **options))
    assert "metric_set" not in plain
    assert page["tickets"][0]["metric_set"]["ticket_id"] == 1
    # Of the tickets' three organisations one is deleted.
    assert [organization["id"] for organization in page["organizations"]] == [1, 3]


@pytest.mark.parametrize("path", ["tickets/cursor", "organizations", "ticket_events"])
def test_a_start_within_the_last_minute_is_too_recent(zendesk: requests.Session, path: str) -> None:
    url = f"{zendesk.base}/incremental/{path}.json"
    late = zendesk.get(url, params={"start_time": NOW - 59})
    in_time = zendesk.get(url, params={"start_time": NOW - 60})
    assert late.status_code == 400
    assert late.json()["error"] == "StartTimeTooRecent"
    assert in_time.status_code == 200
    assert in_time.json()["end_of_stream"]


def test_the_export_by_time_repeats_the_boundary_second_and_ends(
    zendesk: requests.Session,
) -> None:
    url = f"{zendesk.base}/incremental/organizations.json?start_time=0&per_page=5"
    pages, ids = [], []
    for _ in range(20):
        page = zendesk.get(url).json()
        pages.append(page)
        ids += [organization["id"] for organization in page["organizations"]]
        if page["end_of_stream"]:
            break
        url = page["next_page"]
    assert set(ids) == set(range(1, 251))
    assert ids[:6] == [1, 2, 3, 4, 5, 5]
    # 240 organisations share one second: more than a page, and returned whole.
    assert [page["count"] for page in pages] == [5, 5, 242]
    assert pages[-1]["end_time"] == epoch(AS_OF.replace(month=1, day=1, hour=11))


def test_lists_are_paged_by_cursor_with_absolute_links(zendesk: requests.Session) -> None:
    url = zendesk.base + "/organizations.json"
    page = zendesk.get(url, params={"page[size]": 100}).json()
    ids = [row["id"] for row in page["organizations"]]
    while page["meta"]["has_more"]:
        assert page["links"]["next"].startswith(zendesk.base)
        page = zendesk.get(page["links"]["next"]).json()
        ids += [row["id"] for row in page["organizations"]]
    assert ids == [n for n in range(1, 251) if n != 2]
    assert page["links"]["next"] is None
    assert "deleted_at" not in page["organizations"][0]


def test_a_cursor_page_holds_at_most_a_hundred(zendesk: requests.Session) -> None:
    reply = zendesk.get(zendesk.base + "/tickets", params={"page[size]": 101})
    assert reply.status_code == 400
    assert reply.json()["error"] == "InvalidPaginationParameter"


def test_lists_are_paged_by_number_and_clipped_to_a_hundred(
    zendesk: requests.Session,
) -> None:
    url = zendesk.base + "/organizations"
    first = zendesk.get(url, params={"per_page": 1000}).json()
    last = zendesk.get(url, params={"per_page": 100, "page": 3}).json()
    assert (len(first["organizations"]), first["count"]) == (100, 249)
    assert first["next_page"].endswith("per_page=1000&page=2")
    assert first["previous_page"] is None
    assert (len(last["organizations"]), last["next_page"]) == (49, None)
    too_deep = zendesk.get(url, params={"page": 101})
    assert too_deep.status_code == 400


def test_ratings_are_cut_by_their_last_update_and_score(
    zendesk: requests.Session,
) -> None:
    start = epoch(AS_OF.replace(month=1, day=4))
    options = {"start_time": start, "end_time": start + 3 * 86_400}
    url = zendesk.base + "/satisfaction_ratings.json"
    rows = zendesk.get(url, params=options).json()["satisfaction_ratings"]
    assert [row["id"] for row in rows] == [3, 4, 5, 6]
    good = zendesk.get(url, params={**options, "score": "good"}).json()
    assert [row["id"] for row in good["satisfaction_ratings"]] == [3, 5]


@pytest.mark.parametrize(
    ("path", "parameters", "ids"),
    [
        ("tickets/show_many.json", {"ids": "5,1, 3"}, [1, 5]),
        ("organizations/show_many", {"external_ids": "acme-3,ACME-5"}, [3, 5]),
        ("organizations/show_many", {"ids": "2,3"}, [3]),
        ("organizations/search", {"name": "org 9"}, [9]),
    ],
)
def test_several_are_shown_by_their_keys_without_the_deleted(
    zendesk: requests.Session, path: str, parameters: dict[str, str], ids: list[int]
) -> None:
    page = zendesk.get(f"{zendesk.base}/{path}", params=parameters).json()
    assert [row["id"] for row in page[path.partition("/")[0]]] == ids


def test_search_goes_no_further_than_its_thousandth_result(zendesk: requests.Session) -> None:
    url = zendesk.base + "/search.json"
    query = {"query": "type:ticket created>=2026-01-01", "per_page": 100}
    last = zendesk.get(url, params=query | {"page": 10}).json()
    assert (last["count"], len(last["results"])) == (1726, 100)
    assert last["results"][0]["result_type"] == "ticket"
    beyond = zendesk.get(last["next_page"])
    assert (beyond.status_code, beyond.json()["error"]) == (422, "invalid")
    by_cursor = {"query": "organization:2", "filter[type]": "ticket", "page[size]": 100}
    page = zendesk.get(zendesk.base + "/search/export", params=by_cursor).json()
    assert {row["organization_id"] for row in page["results"]} == {2}
    assert page["meta"]["has_more"]


@pytest.mark.parametrize("query", ["Ticket updated>2026-01-02T12:00:00Z -status:open", "subject:x"])
def test_search_counts_what_it_finds(zendesk: requests.Session, query: str) -> None:
    found = zendesk.get(zendesk.base + "/search", params={"query": query}).json()
    counted = zendesk.get(zendesk.base + "/search/count.json", params={"query": query}).json()
    assert counted == {"count": found["count"]}


def test_a_start_that_is_no_number_of_seconds_counts_as_the_number_it_begins_with(
    zendesk: requests.Session,
) -> None:
    url = zendesk.base + "/incremental/organizations.json"
    assert zendesk.get(url, params={"start_time": "2026-11-25T00:00:00Z"}).json()["count"] == 250
    assert zendesk.get(url, params={"start_time": "soon"}).status_code == 400


def test_an_exported_ticket_repeats_its_custom_fields(zendesk: requests.Session) -> None:
    ticket = next(cursor_pages(zendesk, "tickets", start_time=0))["tickets"][0]
    listed = zendesk.get(zendesk.base + "/tickets/1").json()["ticket"]
    assert ticket["fields"] == ticket.get("custom_fields", [])
    assert "fields" not in listed


def test_a_sample_of_an_export_is_at_most_fifty_rows(zendesk: requests.Session) -> None:
    start = epoch(AS_OF.replace(month=1, day=1, hour=1, minute=5))
    url = zendesk.base + "/incremental/tickets/sample.json"
    rows = zendesk.get(url, params={"start_time": start}).json()["tickets"]
    assert [row["id"] for row in rows] == list(range(5, 55))


def test_metric_events_are_paged_like_a_list_where_a_page_size_is_given(
    zendesk: requests.Session,
) -> None:
    url = zendesk.base + "/incremental/ticket_metric_events"
    page = zendesk.get(url, params={"start_time": 0, "page[size]": 100}).json()
    assert (page["ticket_metric_events"], page["meta"]["has_more"]) == ([], False)


def test_a_list_is_counted_and_an_unknown_one_is_not(zendesk: requests.Session) -> None:
    counted = zendesk.get(zendesk.base + "/organizations/count.json").json()
    assert counted == {"count": {"value": 249, "refreshed_at": "2026-11-15T00:00:00Z"}}
    assert zendesk.get(zendesk.base + "/nothing/count").status_code == 404


def test_organisations_are_found_by_external_id_in_any_case(
    zendesk: requests.Session,
) -> None:
    url = zendesk.base + "/organizations/search.json"
    found = zendesk.get(url, params={"external_id": "acme-7"}).json()["organizations"]
    assert [row["id"] for row in found] == [7]


def test_what_does_not_exist_is_refused_in_zendesks_form(
    zendesk: requests.Session,
) -> None:
    record = zendesk.get(zendesk.base + "/tickets/999999.json")
    endpoint = zendesk.get(zendesk.base + "/nothing_here.json")
    assert record.status_code == endpoint.status_code == 404
    assert record.json() == {"error": "RecordNotFound", "description": "Not found"}
    assert endpoint.json()["error"] == "InvalidEndpoint"


@pytest.mark.parametrize("name", ["groups", "organization_memberships", "ticket_fields"])
def test_what_the_company_lacks_is_an_empty_list(zendesk: requests.Session, name: str) -> None:
    page = zendesk.get(f"{zendesk.base}/{name}", params={"page[size]": 100}).json()
    assert page[name] == []
    assert not page["meta"]["has_more"]
