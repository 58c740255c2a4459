import io
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration.closing_page import reason_sentence, show_failure, show_page, worded
from orchestration.closing_queries import Reason

FACT = """
    create table marts.fct_health_scores_monthly as
    select
        account_id, cast(score_month as date) as score_month, account_name, csm_name,
        'customer_health' as scorecard, '2' as scorecard_version,
        mrr_reporting, health_band, previous_month_band, health_score, previous_month_score,
        health_score - previous_month_score as score_change,
        score_month = '2026-11-01' as is_provisional
    from (values
        ('A', '2026-10-01', 'Acme [Ltd]', 'Ada', 100.0, 'green', null, 80.0, null),
        ('B', '2026-10-01', 'Bolt', null, 50.0, 'red', null, 30.0, null),
        ('A', '2026-11-01', 'Acme [Ltd]', 'Ada', 100.0, 'yellow', 'green', 60.0, 80.0),
        ('B', '2026-11-01', 'Bolt', null, 70.0, 'yellow', 'red', 55.0, 30.0),
        ('C', '2026-11-01', 'Crest', 'Ada', 10.0, 'unknown', null, null, null)
    ) as rows (
        account_id, score_month, account_name, csm_name, mrr_reporting, health_band,
        previous_month_band, health_score, previous_month_score
    )
"""
METRICS = """
    create table marts.fct_health_metrics_monthly as
    select
        'A' as account_id, date '2026-11-01' as score_month, 'seat_utilisation_rate' as metric,
        scorecard, scorecard_version, true as is_official, 0.4 as value,
        0.8 as previous_month_value, 'observed' as value_state, points as contribution_change
    from (values ('customer_health', '2', -12.5), ('expansion_health', '1', -22.5))
        as rows (scorecard, scorecard_version, points)
"""
DIM_METRICS = """
    create table marts.dim_metrics as
    select 'seat_utilisation_rate' as metric, 'Seats in use' as label, 'ratio' as unit
"""
PUBLICATIONS = """
    create table audit.publications as
    select
        'v1' as version, timestamp '2026-11-15' as published_at, date '2026-10-01' as first_month,
        date '2026-11-01' as last_month, 40 as checks_passed, 2 as checks_warned
"""


@pytest.fixture
def page(data: Path) -> str:
    """The page over three accounts, with Salesforce loaded and Pendo a day late."""
    serving = data / "serving"
    serving.mkdir()
    with duckdb.connect(str(serving / "customer_health.duckdb")) as published:
        for statement in ("create schema marts", "create schema audit", FACT, METRICS):
            published.execute(statement)
        for statement in (DIM_METRICS, PUBLICATIONS):
            published.execute(statement)
    with duckdb.connect(str(data / "warehouse.duckdb")) as warehouse:
        for vendor, through in (("salesforce", "2026-11-15"), ("pendo", "2026-11-13")):
            warehouse.execute(f"create schema raw_{vendor}")
            warehouse.execute(
                f"create table raw_{vendor}.load_watermarks as select 'accounts' as resource, "
                f"timestamp '1970-01-01' as complete_from, timestamp '{through}' as "
                f"complete_through, timestamp '{through}' as loaded_at"
            )
    return render(
        lambda console: show_page(
            console,
            datetime(2026, 11, 15),
            True,
            42,
            data / "log",
            ["volume_as_usual: zendesk.tickets [rows]: 0.2 in October 2026. (and 6 more)"],
        )
    )


def render(show: object) -> str:
    stream = io.StringIO()
    show(Console(file=stream, width=120, soft_wrap=True))
    return stream.getvalue()


@pytest.fixture
def two_vendors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "orchestration.closing_page.configured_vendors", lambda: ["salesforce", "pendo"]
    )


def test_bands_are_compared_with_the_month_before(page: str) -> None:
    lines = [line.split() for line in page.splitlines()]
    assert ["yellow", "2", "+2", "170", "+170"] in lines
    assert ["green", "0", "-1", "0", "-100"] in lines
    assert ["all", "3", "+1", "180", "+30"] in lines


def test_the_accounts_that_moved_are_named_with_their_reasons(page: str) -> None:
    assert "Acme [Ltd]  80 -> 60 (-20)  green -> yellow  MRR 100  CSM Ada" in page
    assert "Seats in use 80 % -> 40 % (-12.5 points)" in page
    assert "Bolt  30 -> 55 (+25)  red -> yellow  MRR 70  CSM none" in page


def test_only_the_scorecard_of_the_score_gives_reasons(page: str) -> None:
    assert page.count("Seats in use") == 1


def test_late_and_missing_sources_are_named(two_vendors: None, page: str) -> None:
    assert "Salesforce: complete through 2026-11-15 00:00 UTC" in page
    assert "Pendo: late since 2026-11-13 00:00 UTC" in page
    assert "Zendesk: not configured, its metrics are unmapped" in page


def test_the_page_says_what_was_published_and_what_comes_next(page: str) -> None:
    assert "version v1" in page
    assert "5 scores over 2 months; this run computed 2026-10 to 2026-11" in page
    assert "40 checks passed, 2 warned" in page
    assert "make ui" in page


def test_what_checks_warned_of_is_a_line_of_its_own(page: str) -> None:
    lines = [line.strip() for line in page.splitlines()]
    warning = "volume_as_usual: zendesk.tickets [rows]: 0.2 in October 2026. (and 6 more)"
    assert lines[lines.index(warning) - 1].startswith("Warnings")


def test_without_warnings_nothing_is_said_of_them(tmp_path: Path) -> None:
    shown = render(lambda console: show_failure(console, ["weights"], tmp_path / "l"))
    assert "Warnings" not in shown


def test_warnings_may_tell_why_a_run_failed(tmp_path: Path) -> None:
    warnings = ["sources_fresh: pendo: complete through 2026-11-12 only."]
    shown = render(lambda console: show_failure(console, ["lost"], tmp_path / "l", warnings))
    assert warnings[0] in shown


def test_a_failure_says_that_nothing_was_published_and_why(tmp_path: Path) -> None:
    shown = render(
        lambda console: show_failure(console, ["weights sum to 95 [v1]"], tmp_path / "l")
    )
    assert "Nothing was published" in shown
    assert "weights sum to 95 [v1]" in shown


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(0.416, "ratio", "42 %"), (1.0, "days", "1 day"), (2.5, "days", "2.5 days")],
)
def test_values_are_worded_by_their_unit(value: float, unit: str, words: str) -> None:
    assert worded(value, unit) == words


def test_a_reason_tells_a_state_or_a_weight_where_the_value_did_not_move() -> None:
    stale = Reason("CSM sentiment", "points", 5.0, 5.0, "stale", -10.0)
    assert reason_sentence(stale) == "CSM sentiment 5 -> stale (-10.0 points)"
    heavier = Reason("NPS answers", "points", 8.0, 8.0, "observed", 3.75)
    assert reason_sentence(heavier) == "NPS answers still 8, weighs more (+3.8 points)"
