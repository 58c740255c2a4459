"""A comparison of two scorings as Markdown, for a terminal, a pull request or a page."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import duckdb

from orchestration.closing_page import worded
from orchestration.comparison_queries import (
    Difference,
    Reason,
    by_month,
    causes,
    distribution,
    largest,
    metrics_that_moved,
    reasons,
    transitions,
)

CAUSES = {
    "by_values": "metric values",
    "by_coverage": "what is measurable",
    "by_configuration": "scorecards",
    "by_caps": "caps",
}
ACCOUNTS_SHOWN = 10
METRICS_SHOWN = 10


class Names(NamedTuple):
    """What ids are called: metric -> (label, unit), account_id -> account name."""

    metrics: dict[str, tuple[str, str]]
    accounts: dict[str, str]


def names(connection: duckdb.DuckDBPyConnection, catalog: str) -> Names:
    """The names that the marts of an attached database know."""
    return Names(
        {
            metric: (label, unit)
            for metric, label, unit in connection.execute(
                f"select metric, label, unit from {catalog}.marts.dim_metrics"
            ).fetchall()
        },
        dict(
            connection.execute(
                f"select account_id, max_by(account_name, score_month) "
                f"from {catalog}.marts.fct_health_scores_monthly group by 1"
            ).fetchall()
        ),
    )


def comparison_lines(
    connection: duckdb.DuckDBPyConnection, month: date, named: Names
) -> Iterator[str]:
    """All months in a table; then one month in detail: bands, distribution, causes, accounts."""
    yield "| month | accounts | score moves | band changes | mean change | mean size |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for row in by_month(connection):
        mean = "" if row.mean_change is None else f"{row.mean_change:+.2f}"
        size = "" if row.mean_size is None else f"{row.mean_size:.2f}"
        yield (
            f"| {row.score_month:%Y-%m} | {row.accounts} | {row.moved} | {row.band_changes} "
            f"| {mean} | {size} |"
        )
    accounts = largest(connection, month, ACCOUNTS_SHOWN)
    if not accounts:
        yield f"\nNo score and no band changes in {month:%B %Y}."
        return
    yield f"\n**{month:%B %Y} in detail**\n"
    if changed := transitions(connection, month):
        yield "Bands: " + ", ".join(
            f"{band.band_before} to {band.band_after} {band.accounts}" for band in changed
        )
    else:
        yield "No band changes."
    if quantiles := distribution(connection, month):
        shown = [f"{value:+.1f}" for value in quantiles]
        yield (
            f"\nScore changes: median {shown[3]}, half of the accounts between {shown[2]} and "
            f"{shown[4]}, nine in ten between {shown[1]} and {shown[5]}, "
            f"all between {shown[0]} and {shown[6]}"
        )
    yield "\n| cause | accounts moved | mean points of these |\n| --- | ---: | ---: |"
    for cause, (count, points) in causes(connection, month).items():
        yield f"| {CAUSES[cause]} | {count} | {points:+.2f} |"
    yield "\n| metric | accounts moved | mean points | mean size |\n| --- | ---: | ---: | ---: |"
    for share in metrics_that_moved(connection, month, METRICS_SHOWN):
        yield (
            f"| {label(named, share.metric)} | {share.accounts} | {share.mean_points:+.2f} "
            f"| {share.mean_size:.2f} |"
        )
    yield f"\nThe accounts that change most (at most {ACCOUNTS_SHOWN}):\n"
    for difference in accounts:
        yield account_line(difference, named)
        for reason in reasons(connection, difference):
            yield f"  - {reason_line(reason, named)}"


def account_line(difference: Difference, named: Names) -> str:
    name = named.accounts.get(difference.account_id, difference.account_id)
    bands = (
        difference.band_after or "not scored"
        if difference.band_before == difference.band_after
        else f"{difference.band_before or 'not scored'} to {difference.band_after or 'not scored'}"
    )
    scores = f"{score(difference.score_before)} to {score(difference.score_after)}"
    if difference.score_change is None:
        return f"- {name}: {scores}, {bands}"
    parts = ", ".join(
        f"{words} {points:+.1f}"
        for column, words in CAUSES.items()
        if abs(points := getattr(difference, column) or 0) >= 0.05
    )
    return f"- {name}: {scores} ({difference.score_change:+.1f}), {bands}; {parts}"


def reason_line(reason: Reason, named: Names) -> str:
    """For example: Seats in use 62 % to 41 %, weighs 10 % (-6.3 points)."""
    metric_label, unit = named.metrics.get(reason.metric, (reason.metric, "count"))
    sides = [
        worded(value, unit) if state == "observed" else (state or "not counted").replace("_", " ")
        for value, state in (
            (reason.value_before, reason.state_before),
            (reason.value_after, reason.state_after),
        )
    ]
    weights = [f"{100 * weight:.0f} %" for weight in (reason.weight_before, reason.weight_after)]
    return (
        f"{metric_label} {' to '.join(dict.fromkeys(sides))}, "
        f"weighs {' to '.join(dict.fromkeys(weights))} ({reason.points:+.1f} points)"
    )


def label(named: Names, metric: str) -> str:
    return named.metrics.get(metric, (metric, ""))[0]


def score(value: float | None) -> str:
    return "no score" if value is None else f"{value:.1f}"
