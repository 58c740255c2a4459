"""Two scorings side by side: the causes add up, and people can read them."""

from datetime import date

import duckdb
import pytest

from orchestration.comparison_queries import by_month, causes, largest, reasons, transitions
from orchestration.comparison_report import Names, comparison_lines
from orchestration.continued_bands import continue_bands
from orchestration.score_comparison import compare

MONTH = date(2026, 10, 1)
NAMES = Names(
    {"rate": ("Seats in use", "ratio"), "days": ("Days since", "days")}, {"a": "Acme", "b": "Bolt"}
)
RESULT = (
    "(account_id, score_month, scorecard, scorecard_version, raw_score, health_score, "
    "calculated_band, cap_adjustment)"
)
METRIC = (
    "(account_id, score_month, metric, value, value_state, metric_score, effective_weight, "
    "contribution)"
)


def table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[str]) -> None:
    connection.execute(
        f"create temp table {name} as select * replace (cast(score_month as date) as score_month) "
        f"from (values {', '.join(rows)}) as rows {columns}"
    )


@pytest.fixture
def compared() -> duckdb.DuckDBPyConnection:
    """a: rate fell from 0.8 to 0.6 (weights 0.5 and 0.5), then the version weighs rate alone
    and caps the score at 49. b is the same on both sides.
    """
    connection = duckdb.connect()
    same = ["('b', '2026-10-01', 's', '1', 50.0, 50.0, 'yellow', 0.0)"]
    same_metric = ["('b', '2026-10-01', 'rate', 0.5, 'observed', 50.0, 1.0, 50.0)"]
    sides = {
        "before": (
            ["('a', '2026-10-01', 's', '1', 60.0, 60.0, 'yellow', 0.0)"],
            [
                "('a', '2026-10-01', 'rate', 0.8, 'observed', 80.0, 0.5, 40.0)",
                "('a', '2026-10-01', 'days', 9.0, 'observed', 40.0, 0.5, 20.0)",
            ],
        ),
        "between": (
            ["('a', '2026-10-01', 's', '1 as published', 50.0, null, null, 0.0)"],
            [
                "('a', '2026-10-01', 'rate', 0.6, 'observed', 60.0, 0.5, 30.0)",
                "('a', '2026-10-01', 'days', 9.0, 'observed', 40.0, 0.5, 20.0)",
            ],
        ),
        "after": (
            ["('a', '2026-10-01', 's', '2', 60.0, 49.0, 'red', -11.0)"],
            [
                "('a', '2026-10-01', 'rate', 0.6, 'observed', 60.0, 1.0, 60.0)",
                "('a', '2026-10-01', 'days', 9.0, 'observed', null, 0.0, 0.0)",
            ],
        ),
    }
    for side, (results, metrics) in sides.items():
        table(connection, f"{side}_results", RESULT, results + same)
        table(connection, f"{side}_metrics", METRIC, metrics + same_metric)
    compare(connection)
    return connection


def test_a_difference_is_taken_apart_into_causes_that_add_up(
    compared: duckdb.DuckDBPyConnection,
) -> None:
    [difference] = largest(compared, MONTH, 10)
    assert difference.score_change == pytest.approx(-11)
    # rate: (0.5 + 0.5) / 2 x (60 - 80); then the new version, by which the raw score rises by 10.
    assert difference.by_values == pytest.approx(-10)
    assert difference.by_coverage == pytest.approx(0)
    assert difference.by_configuration == pytest.approx(10)
    assert difference.by_caps == pytest.approx(-11)
    # Value effect -10; weight effects (60 - 55) x 0.5 and (40 - 55) x -0.5.
    assert {reason.metric: reason.points for reason in reasons(compared, difference)} == {
        "rate": pytest.approx(-7.5),
        "days": pytest.approx(7.5),
    }


def test_months_bands_and_causes_are_counted(compared: duckdb.DuckDBPyConnection) -> None:
    [month] = by_month(compared)
    assert (month.accounts, month.moved, month.band_changes) == (2, 1, 1)
    assert transitions(compared, MONTH) == [("yellow", "red", 1)]
    assert causes(compared, MONTH)["by_caps"] == (1, pytest.approx(-11))


def test_the_report_names_accounts_values_and_weights(compared: duckdb.DuckDBPyConnection) -> None:
    report = "\n".join(comparison_lines(compared, MONTH, NAMES))
    assert "| 2026-10 | 2 | 1 | 1 | -5.50 | 5.50 |" in report
    assert (
        "- Acme: 60.0 to 49.0 (-11.0), yellow to red; "
        "metric values -10.0, scorecards +10.0, caps -11.0"
    ) in report
    assert "  - Seats in use 80 % to 60 %, weighs 50 % to 100 % (-7.5 points)" in report
    assert "Bolt" not in report


def test_without_a_between_all_of_a_difference_is_configuration() -> None:
    connection = duckdb.connect()
    for side, score in (("before", 40.0), ("after", 70.0)):
        table(
            connection, f"{side}_results", RESULT,
            [f"('a', '2026-10-01', 's', '1', {score}, {score}, 'red', 0.0)"],
        )  # fmt: skip
        table(
            connection, f"{side}_metrics", METRIC,
            [f"('a', '2026-10-01', 'rate', 0.5, 'observed', {score}, 1.0, {score})"],
        )  # fmt: skip
    connection.execute("create temp table between_results as from before_results limit 0")
    connection.execute("create temp table between_metrics as from before_metrics limit 0")
    compare(connection)
    [difference] = largest(connection, MONTH, 10)
    assert (difference.by_values, difference.by_configuration) == (0, pytest.approx(30))


def test_the_bands_of_a_version_go_on_from_the_official_ones() -> None:
    """Borders 50 and 75, margin 3, from October on. b was yellow in August, unknown since: 75.1 is
    no green yet, 78 in November is. g was green, 72 stays it and 71.9 does not. y was yellow and
    falls to 47, which is no red yet, then to 46.9. n has no band before, u no score now, r is
    rated: they keep what they have.
    """
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(
        """
        create table marts.dim_scorecards as
        select * from (values ('s', '2', 'weighted', 50, 75, 3), ('r', '1', 'rating', 50, 75, 3))
            as rows (scorecard, scorecard_version, method, yellow_from, green_from, band_margin);
        create table marts.fct_scorecard_results_monthly as
        select *, 'retention' as use_case, true as is_official
        from (values
            ('b', date '2026-07-01', 'green'), ('b', date '2026-08-01', 'yellow'),
            ('b', date '2026-09-01', 'unknown'), ('g', date '2026-09-01', 'green'),
            ('y', date '2026-09-01', 'yellow'), ('u', date '2026-09-01', 'red'),
            ('r', date '2026-09-01', 'red'), ('n', date '2026-10-01', 'red')
        ) as rows (account_id, score_month, calculated_band)
        """
    )
    after = {
        ("b", 10, "s", 75.1, "green"): "yellow",
        ("b", 11, "s", 78.0, "green"): "green",
        ("g", 10, "s", 72.0, "yellow"): "green",
        ("g", 11, "s", 71.9, "yellow"): "yellow",
        ("y", 10, "s", 47.0, "red"): "yellow",
        ("y", 11, "s", 46.9, "red"): "red",
        ("n", 10, "s", 75.0, "green"): "green",
        ("u", 10, "s", None, "unknown"): "unknown",
        ("r", 10, "r", 80.0, "yellow"): "yellow",
    }
    connection.execute(
        "create temp table after_results (account_id text, score_month date, scorecard text, "
        "scorecard_version text, health_score double, calculated_band text)"
    )
    connection.executemany(
        "insert into after_results values (?, ?, ?, ?, ?, ?)",
        [
            (
                account,
                date(2026, month, 1),
                scorecard,
                "2" if scorecard == "s" else "1",
                score,
                band,
            )
            for account, month, scorecard, score, band in after
        ],
    )
    continue_bands(connection, "memory", "retention", date(2026, 10, 1))
    rows = connection.execute(
        "select account_id, month(score_month), calculated_band from after_results"
    ).fetchall()
    expected = {(account, month): band for (account, month, *_), band in after.items()}
    assert {(account, month): band for account, month, band in rows} == expected
