from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests


def all_accounts(recurly: requests.Session, **parameters: Any) -> list[dict[str, Any]]:
    page = recurly.get(recurly.base + "/accounts", params=parameters).json()
    rows = page["data"]
    while page["has_more"]:
        assert page["next"].startswith("/accounts?")
        page = recurly.get(recurly.base + page["next"]).json()
        rows += page["data"]
    assert page["next"] is None
    return rows


def test_a_wrong_key_gets_recurlys_401_body(recurly: requests.Session) -> None:
    headers = {"Accept": recurly.headers["Accept"]}
    url = recurly.base + "/accounts"
    reply = requests.get(url, auth=("wrong", ""), headers=headers, timeout=10)
    assert reply.status_code == 401
    assert reply.json()["error"]["type"] == "unauthorized"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/vnd.recurly.v1"])
def test_the_version_is_mandatory(recurly: requests.Session, accept: str) -> None:
    reply = recurly.get(recurly.base + "/accounts", headers={"Accept": accept})
    error = reply.json()["error"]
    assert (reply.status_code, error["type"]) == (406, "invalid_api_version")
    assert "application/vnd.recurly.v2021-02-25" in error["acceptable_accept_headers"]


def test_the_version_may_carry_the_json_suffix(recurly: requests.Session) -> None:
    headers = {"Accept": "application/vnd.recurly.v2021-02-25+json"}
    reply = recurly.get(recurly.base + "/accounts", headers=headers)
    assert reply.status_code == 200
    assert reply.headers["Recurly-Version"] == "recurly.v2021-02-25"
    assert int(reply.headers["X-RateLimit-Remaining"]) > 0


def test_an_older_version_is_answered_with_a_warning(recurly: requests.Session) -> None:
    headers = {"Accept": "application/vnd.recurly.v2018-08-09"}
    reply = recurly.get(recurly.base + "/accounts", headers=headers)
    assert reply.status_code == 200
    assert reply.headers["Recurly-Version"] == "recurly.v2018-08-09"
    assert reply.headers["Recurly-Deprecated"] == "TRUE"


def test_a_list_has_twenty_entries_newest_first_unless_told(
    recurly: requests.Session,
) -> None:
    page = recurly.get(recurly.base + "/accounts").json()
    assert page["object"] == "list"
    assert len(page["data"]) == 20
    created = [row["created_at"] for row in page["data"]]
    assert created == sorted(created, reverse=True)


def test_the_relative_next_carries_all_parameters_to_the_end(
    recurly: requests.Session,
) -> None:
    rows = all_accounts(recurly, limit=200, sort="updated_at", order="asc")
    assert len({row["id"] for row in rows}) == len(rows) == 450
    updated = [row["updated_at"] for row in rows]
    assert updated == sorted(updated)


@pytest.mark.parametrize(
    "beside", [{}, {"order": "desc", "sort": "created_at"}, {"state": "x", "begin_time": "soon"}]
)
def test_a_cursor_goes_on_with_its_list_whatever_is_sent_beside_it(
    recurly: requests.Session, beside: dict[str, str]
) -> None:
    options = {"limit": 40, "sort": "updated_at", "order": "asc", "email": "pay@acme.example"}
    rows = all_accounts(recurly, **options)
    page = recurly.get(recurly.base + "/accounts", params=options).json()
    cursor = parse_qs(urlsplit(page["next"]).query)["cursor"][0]
    second = recurly.get(recurly.base + "/accounts", params=beside | {"cursor": cursor}).json()
    assert second["data"] == rows[40:80]


def test_the_next_of_a_site_goes_behind_a_base_that_ends_with_a_slash(
    recurly: requests.Session,
) -> None:
    base, path, seen = recurly.base + "/", "sites/subdomain-acme/accounts?limit=200", 0
    while path:
        page = recurly.get(base + path).json()
        path, seen = page["next"], seen + len(page["data"])
        assert path is None or path.startswith("/sites/subdomain-acme/accounts?")
    assert seen == 450


def test_a_filter_of_another_list_changes_nothing(recurly: requests.Session) -> None:
    every = recurly.head(recurly.base + "/accounts", params={"type": "charge", "state": "open"})
    assert every.headers["Recurly-Total-Records"] == "450"


def test_both_time_bounds_are_inclusive_and_apply_to_the_sort_field(
    recurly: requests.Session,
) -> None:
    bounds = {
        "begin_time": "2026-01-05T00:00:00Z",
        "end_time": "2026-01-06T01:00:00+01:00",
    }
    rows = all_accounts(recurly, sort="updated_at", order="asc", **bounds)
    days = {row["updated_at"] for row in rows}
    assert days == {"2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z"}
    assert len(rows) == 18


def test_closed_accounts_stay_in_the_list(recurly: requests.Session) -> None:
    rows = all_accounts(recurly, limit=200)
    closed = [row for row in rows if row["state"] == "inactive"]
    assert len(closed) == 45
    assert all(row["deleted_at"] for row in closed)


def test_head_counts_a_list_with_its_filters(recurly: requests.Session) -> None:
    url = recurly.base
    every = recurly.head(url + "/accounts")
    live = recurly.head(url + "/subscriptions", params={"state": "live"})
    assert every.headers["Recurly-Total-Records"] == "450"
    assert live.headers["Recurly-Total-Records"] == "2"
    assert every.content == b""


def test_ids_select_and_admit_no_other_parameter(recurly: requests.Session) -> None:
    ids = "acct00000003,acct00000005"
    url = recurly.base + "/accounts"
    found = recurly.get(url, params={"ids": ids}).json()["data"]
    assert {row["id"] for row in found} == set(ids.split(","))
    refused = recurly.get(url, params={"ids": ids, "sort": "updated_at"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("limit", "201"), ("limit", "0"), ("order", "up"), ("begin_time", "soon")],
)
def test_a_parameter_out_of_range_is_named_in_the_refusal(
    recurly: requests.Session, parameter: str, value: str
) -> None:
    reply = recurly.get(recurly.base + "/accounts", params={parameter: value})
    assert reply.status_code == 422
    error = reply.json()["error"]
    assert error["type"] == "validation"
    assert error["params"] == [{"param": parameter}]


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("/accounts/acct00000007", "code", "acme-7"),
        ("/accounts/code-acme-7", "id", "acct00000007"),
        ("/invoices/number-1001", "id", "inv000000001"),
        ("/subscriptions/uuid-u2", "state", "canceled"),
        ("/plans/code-team", "id", "plan1"),
        ("/sites/subdomain-acme/plans/plan1", "code", "team"),
    ],
)
def test_a_single_object_goes_by_id_or_by_its_other_key(
    recurly: requests.Session, path: str, key: str, value: str
) -> None:
    assert recurly.get(recurly.base + path).json()[key] == value


def test_an_unknown_object_is_refused_with_404(recurly: requests.Session) -> None:
    reply = recurly.get(recurly.base + "/accounts/code-nobody")
    assert reply.status_code == 404
    assert reply.json()["error"]["type"] == "not_found"
    assert reply.headers["X-Request-Id"]


def test_an_invoice_embeds_its_line_items(recurly: requests.Session) -> None:
    (invoice,) = recurly.get(recurly.base + "/invoices").json()["data"]
    assert [line["id"] for line in invoice["line_items"]] == ["line00000001"]
    assert invoice["has_more_line_items"] is False
    own = recurly.get(recurly.base + "/invoices/inv000000001/line_items").json()
    assert own["data"][0]["id"] == "line00000001"


def test_transactions_are_listed_apart_with_their_invoice(
    recurly: requests.Session,
) -> None:
    declined = recurly.get(recurly.base + "/transactions", params={"success": "false"}).json()
    assert [row["id"] for row in declined["data"]] == ["trans0000001"]
    assert declined["data"][0]["invoice"]["number"] == "1001"


def test_the_balance_is_what_is_past_due(recurly: requests.Session) -> None:
    late = recurly.get(recurly.base + "/accounts/acct00000001/balance").json()
    even = recurly.get(recurly.base + "/accounts/acct00000002/balance").json()
    assert late["past_due"] is True
    assert late["balances"][0]["amount"] == 120.5
    assert (even["past_due"], even["balances"]) == (False, [])


def test_what_the_company_lacks_is_an_empty_list(recurly: requests.Session) -> None:
    page = recurly.get(recurly.base + "/measured_units").json()
    assert (page["data"], page["has_more"]) == ([], False)
