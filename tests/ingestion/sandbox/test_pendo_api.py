from typing import Any

import pytest
import requests

from tests.ingestion.sandbox.small_company import AS_OF, epoch, midnight

HOUR_MS = 3_600_000


def series(**options: Any) -> dict[str, Any]:
    return {"period": "dayRange", **options}


def ask(pendo: requests.Session, *pipeline: dict[str, Any]) -> requests.Response:
    body = {
        "response": {"mimeType": "application/json"},
        "request": {"requestId": "test", "pipeline": list(pipeline)},
    }
    return pendo.post(pendo.base + "/aggregation", json=body, timeout=10)


def rows(pendo: requests.Session, *pipeline: dict[str, Any]) -> list[dict[str, Any]]:
    reply = ask(pendo, *pipeline)
    assert reply.status_code == 200, reply.text
    return reply.json()["results"]


def days(pendo: requests.Session, **options: Any) -> list[int]:
    source = {"source": {"events": None, "timeSeries": series(**options)}}
    return sorted({row["day"] for row in rows(pendo, source)})


def test_a_wrong_or_missing_key_gets_401(pendo: requests.Session) -> None:
    headers = {"x-pendo-integration-key": "wrong"}
    wrong = requests.get(pendo.base + "/feature", headers=headers, timeout=10)
    missing = requests.get(pendo.base + "/feature", timeout=10)
    assert wrong.status_code == missing.status_code == 401
    assert "integration key" in wrong.json()["error"]["message"]


def test_a_day_lasts_from_local_midnight_to_local_midnight(
    pendo: requests.Session,
) -> None:
    # 1 November 2026 has 25 hours in New York: it starts at 04:00Z and ends at 05:00Z.
    first, second = midnight(2026, 11, 1), midnight(2026, 11, 2)
    assert second - first == 25 * HOUR_MS
    assert days(pendo, first=first, count=1) == [first]
    assert days(pendo, first=first + 24 * HOUR_MS, count=1) == [first]
    assert days(pendo, first=second, count=1) == [second]


@pytest.mark.parametrize(
    "first",
    [
        midnight(2026, 11, 1),
        "date(2026,11,1)",
        'date_add(date(2026, 11, 3), -2, "days")',
        "now() - 14*24*60*60*1000 + 18000000",
    ],
)
def test_the_first_period_is_a_moment_or_an_expression(
    pendo: requests.Session, first: int | str
) -> None:
    assert days(pendo, first=first, count=1) == [midnight(2026, 11, 1)]


def test_a_negative_count_runs_backward_without_the_period_of_first(
    pendo: requests.Session,
) -> None:
    # The services' now is 15 November 00:00Z, which is still the 14th in New York.
    assert days(pendo, first="now()", count=-13) == [
        midnight(2026, 11, 1),
        midnight(2026, 11, 2),
    ]
    assert days(pendo, first="date(2026,11,2)", count=-1) == [midnight(2026, 11, 1)]


def test_the_last_period_is_inclusive(pendo: requests.Session) -> None:
    last = midnight(2026, 11, 1) + HOUR_MS
    assert days(pendo, first="date(2026,10,31)", last=last) == [
        midnight(2026, 10, 31),
        midnight(2026, 11, 1),
    ]


def test_an_hourly_series_names_the_hour_of_each_bucket(pendo: requests.Session) -> None:
    day = midnight(2026, 11, 2)
    window = {"period": "hourRange", "first": day, "count": 24}
    (row,) = rows(pendo, {"source": {"events": None, "timeSeries": window}})
    assert "day" not in row
    assert day < row["hour"] < day + 24 * HOUR_MS


def test_events_of_a_day_are_grouped_over_server_address_and_user_agent(
    pendo: requests.Session,
) -> None:
    window = series(first="date(2026,11,1)", count=1)
    keys = ["accountId", "visitorId", "featureId", "day", "appId"]
    found = rows(
        pendo,
        {"source": {"featureEvents": None, "timeSeries": window}},
        {"identified": "visitorId"},
        {"group": {"group": keys, "fields": {"numEvents": {"sum": "numEvents"}}}},
        {"sort": ["visitorId"]},
    )
    day = {"day": midnight(2026, 11, 1), "appId": -323232, "accountId": "acme"}
    assert found == [
        {**day, "visitorId": "u1", "featureId": "f1", "numEvents": 7},
        {**day, "visitorId": "u2", "featureId": "f2", "numEvents": 7},
    ]


def test_grouping_gives_the_same_by_arrow_and_row_by_row(pendo: requests.Session) -> None:
    window = series(first="date(2026,10,31)", count=3)
    source = {"source": {"events": None, "timeSeries": window}}
    group = {
        "group": {
            "group": ["visitorId"],
            "fields": [
                {"events": {"sum": "numEvents"}},
                {"rows": {"count": None}},
                {"agents": {"count": "userAgent"}},
                {"most": {"max": "numEvents"}},
            ],
        }
    }
    by_arrow = rows(pendo, source, group, {"sort": ["visitorId"]})
    by_row = rows(pendo, source, {"filter": "numEvents > 0"}, group, {"sort": ["visitorId"]})
    assert by_arrow == by_row
    assert {row["visitorId"]: row["agents"] for row in by_arrow}["u1"] == 2


def test_anonymous_browsers_are_kept_apart(pendo: requests.Session) -> None:
    window = series(first="date(2026,11,1)", count=1)
    source = {"source": {"events": None, "timeSeries": window}}
    anonymous = rows(pendo, source, {"identified": "!visitorId"})
    assert [row["visitorId"] for row in anonymous] == ["_PENDO_T_x"]
    assert anonymous[0]["accountId"] is None
    assert len(rows(pendo, {"source": {"visitors": {"identified": True}}})) == 2


def test_events_can_be_narrowed_to_a_feature_and_an_application(
    pendo: requests.Session,
) -> None:
    window = series(first="date(2026,10,31)", count=3)

    def number(wanted: dict[str, Any] | None) -> int:
        source = {"source": {"featureEvents": wanted, "timeSeries": window}}
        return rows(pendo, source, {"count": None})[0]["count"]

    assert number(None) == number({"appId": 'expandAppIds("*")'}) == 6
    assert number({"featureId": "f2"}) == 1
    assert number({"appId": 77}) == 0


def test_entities_are_paged_by_sort_filter_and_limit(pendo: requests.Session) -> None:
    source = {"source": {"accounts": None}}
    steps = [{"sort": ["accountId"]}, {"limit": 2}]
    first = rows(pendo, source, *steps)
    after = first[-1]["accountId"]
    second = rows(pendo, source, {"filter": f'accountId > "{after}"'}, *steps)
    assert [r["accountId"] for r in first + second] == ["acc1", "acc2", "acc3", "acc4"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("metadata.auto.lastupdated >= 4000", ["acc4", "acc5"]),
        ("metadata.auto.lastupdated>=2000 && metadata.auto.lastupdated<4000",
         ["acc2", "acc3"]),
        ("accountId == `acc1` || accountId == 'acc5'", ["acc1", "acc5"]),
        ('!(contains(metadata.agent.name, "Account")) || accountId == "acc2"', ["acc2"]),
        ("metadata.agent.environment != null", []),
        ("(metadata.auto.lastupdated - 1000) / 2 == 2 * 1000", ["acc5"]),
        ("metadata.nothing.here > 1", []),
    ],
)  # fmt: skip
def test_filter_expressions_read_nested_fields(
    pendo: requests.Session, expression: str, expected: list[str]
) -> None:
    found = rows(pendo, {"source": {"accounts": None}}, {"filter": expression})
    assert [row["accountId"] for row in found] == expected


def test_select_and_eval_compute_fields(pendo: requests.Session) -> None:
    found = rows(
        pendo,
        {"source": {"guides": None}},
        {"eval": {"age": "now() - 1000"}},
        {"select": {"guide": "id", "poll": "polls[1].id", "age": "age", "no": "polls[9].id"}},
    )
    now = epoch(AS_OF) * 1000
    assert found == [{"guide": "g1", "poll": "p2", "age": now - 1000, "no": None}]


def test_poll_answers_are_cut_to_the_series_and_reduced(pendo: requests.Session) -> None:
    window = series(first="date(2026,11,1)", count=1)
    source = {"source": {"pollEvents": {"pollId": "p1"}, "timeSeries": window}}
    assert len(rows(pendo, source)) == 2
    reduced = rows(pendo, source, {"reduce": {"people": {"count": "visitorId"}}})
    assert reduced == [{"people": 1}]
    later = {"source": {"pollEvents": None, "timeSeries": series(first="now()", count=1)}}
    assert rows(pendo, later) == []
    latest = rows(pendo, {"source": {"pollsSeenEver": {"guideId": "g1", "pollId": "p1"}}})
    assert [row["response"] for row in latest] == [9]


def test_lists_are_bare_arrays_of_the_default_application(
    pendo: requests.Session,
) -> None:
    default = pendo.get(pendo.base + "/feature").json()
    every = pendo.get(pendo.base + "/feature", params={"expand": "*"}).json()
    assert [feature["id"] for feature in default] == ["f1"]
    assert [feature["id"] for feature in every] == ["f1", "f2"]
    assert pendo.get(pendo.base + "/page").json() == []


def test_the_metadata_schema_describes_fields_by_group(pendo: requests.Session) -> None:
    schema = pendo.get(pendo.base + "/metadata/schema/account").json()
    assert schema["agent"]["name"]["Type"] == "string"
    assert schema["auto"]["lastupdated"]["Type"] == "time"


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ([{"source": {"events": None}}], "needs a timeSeries"),
        ([{"source": {"nothing": None}}], "unknown source 'nothing'"),
        ([{"limit": 1}], "must be its source"),
        ([{"source": {"accounts": None}}, {"magic": 1}], "unknown step 'magic'"),
        ([{"source": {"accounts": None}}, {"filter": "a >"}], "unexpected end"),
        ([{"source": {"events": None, "timeSeries": {"period": "dayRange"}}}],
         "timeSeries.first"),
        ([], "must list steps"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_read_is_refused_with_its_reason(
    pendo: requests.Session, pipeline: list[dict[str, Any]], message: str
) -> None:
    reply = ask(pendo, *pipeline)
    assert reply.status_code == 400
    assert message in reply.json()["error"]["message"]
