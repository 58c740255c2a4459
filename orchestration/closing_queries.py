"""What the closing page shows, from the published database alone."""

from datetime import date
from typing import NamedTuple

import duckdb

BANDS = ("green", "yellow", "red", "unknown")
FACT = "marts.fct_health_scores_monthly"
# Metrics that explain a move, and the least that is worth a line: half a point of the score.
REASONS_SHOWN = 3
LEAST_POINTS = 0.5


class Band(NamedTuple):
    band: str
    accounts: int
    accounts_before: int
    mrr: float
    mrr_before: float


class Move(NamedTuple):
    account_id: str
    account_name: str
    csm_name: str | None
    mrr: float | None
    band_before: str
    band: str
    score_before: float
    score: float


class Reason(NamedTuple):
    label: str
    unit: str
    value_before: float | None
    value: float | None
    state: str
    points: float


class Publication(NamedTuple):
    version: str
    first_month: date | None
    last_month: date | None
    checks_passed: int
    checks_warned: int
    accounts: int
    months: int


def newest_month(connection: duckdb.DuckDBPyConnection) -> tuple[date, bool]:
    """The newest score month, and whether it is still in progress."""
    return connection.execute(
        f"""
        select score_month, bool_or(is_provisional) from {FACT}
        group by 1 order by 1 desc limit 1
        """
    ).fetchone()


def portfolio(connection: duckdb.DuckDBPyConnection, month: date) -> list[Band]:
    """Accounts and MRR (reporting currency) by band, this month and the month before."""
    rows = connection.execute(
        f"""
        select
            health_band,
            count(*) filter (where score_month = $month),
            count(*) filter (where score_month < $month),
            coalesce(sum(mrr_reporting) filter (where score_month = $month), 0),
            coalesce(sum(mrr_reporting) filter (where score_month < $month), 0)
        from {FACT}
        where score_month in ($month, cast($month - interval 1 month as date))
        group by 1
        """,
        {"month": month},
    ).fetchall()
    return sorted((Band(*row) for row in rows), key=lambda band: BANDS.index(band.band))


def moves(
    connection: duckdb.DuckDBPyConnection, month: date, direction: int, limit: int
) -> list[Move]:
    """The accounts whose score fell (direction -1) or rose (1) most since the month before."""
    rows = connection.execute(
        f"""
        select
            account_id, account_name, csm_name, mrr_reporting,
            previous_month_band, health_band, previous_month_score, health_score
        from {FACT}
        where score_month = ? and score_change * ? >= {LEAST_POINTS}
        order by abs(score_change) desc, account_id
        limit ?
        """,
        [month, direction, limit],
    ).fetchall()
    return [Move(*row) for row in rows]


def reasons(
    connection: duckdb.DuckDBPyConnection, month: date, account_id: str, direction: int
) -> list[Reason]:
    """The metrics that brought most of an account's change, in the direction of the change.

    Other use cases score the same metrics: only the scorecard of the fact explains its score.
    """
    rows = connection.execute(
        f"""
        select
            dim_metrics.label, dim_metrics.unit, metrics.previous_month_value, metrics.value,
            metrics.value_state, metrics.contribution_change
        from marts.fct_health_metrics_monthly as metrics
        inner join {FACT} as fact
            on metrics.account_id = fact.account_id
            and metrics.score_month = fact.score_month
            and metrics.scorecard = fact.scorecard
            and metrics.scorecard_version = fact.scorecard_version
        inner join marts.dim_metrics as dim_metrics on metrics.metric = dim_metrics.metric
        where metrics.score_month = ? and metrics.account_id = ?
            and metrics.contribution_change * ? >= {LEAST_POINTS}
        order by abs(metrics.contribution_change) desc, metrics.metric
        limit {REASONS_SHOWN}
        """,
        [month, account_id, direction],
    ).fetchall()
    return [Reason(*row) for row in rows]


def late_metrics(connection: duckdb.DuckDBPyConnection, month: date) -> list[str]:
    """Labels of the metrics that no account has this month because their source is late."""
    rows = connection.execute(
        """
        select dim_metrics.label
        from marts.fct_health_metrics_monthly as metrics
        inner join marts.dim_metrics as dim_metrics on metrics.metric = dim_metrics.metric
        where metrics.score_month = ?
        group by 1
        having count(*) filter (where metrics.value_state = 'source_late') > 0
            and count(*) filter (where metrics.value_state = 'observed') = 0
        order by 1
        """,
        [month],
    ).fetchall()
    return [label for (label,) in rows]


def last_publication(connection: duckdb.DuckDBPyConnection) -> Publication:
    return Publication(
        *connection.execute(
            f"""
            select
                version, first_month, last_month, checks_passed, checks_warned,
                (select count(*) from {FACT}), (select count(distinct score_month) from {FACT})
            from audit.publications
            order by published_at desc
            limit 1
            """
        ).fetchone()
    )
