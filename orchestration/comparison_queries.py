"""What a comparison of two scorings found (score_comparison.py), as rows for a report."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import duckdb

CAUSE_COLUMNS = ("by_values", "by_coverage", "by_configuration", "by_caps")
# A difference that is worth a line; rounding alone stays far below.
LEAST_POINTS = 0.05


class Month(NamedTuple):
    score_month: date
    accounts: int
    moved: int
    band_changes: int
    mean_change: float | None
    mean_size: float | None


class Transition(NamedTuple):
    band_before: str
    band_after: str
    accounts: int


class MetricShare(NamedTuple):
    metric: str
    accounts: int
    mean_points: float
    mean_size: float


class Difference(NamedTuple):
    account_id: str
    score_month: date
    score_before: float | None
    score_after: float | None
    band_before: str | None
    band_after: str | None
    score_change: float | None
    by_values: float
    by_coverage: float
    by_configuration: float
    by_caps: float | None


class Reason(NamedTuple):
    metric: str
    value_before: float | None
    state_before: str | None
    value_after: float | None
    state_after: str | None
    weight_before: float
    weight_after: float
    points: float


def by_month(connection: duckdb.DuckDBPyConnection) -> list[Month]:
    rows = connection.execute(
        f"""
        select
            score_month, count(*), count(*) filter (where abs(score_change) >= {LEAST_POINTS}),
            count(*) filter (where band_before is distinct from band_after),
            avg(score_change), avg(abs(score_change))
        from differences group by 1 order by 1
        """
    ).fetchall()
    return [Month(*row) for row in rows]


def transitions(connection: duckdb.DuckDBPyConnection, month: date) -> list[Transition]:
    """Bands of one month, before and after; 'not scored' where one side has no row."""
    rows = connection.execute(
        """
        select
            coalesce(band_before, 'not scored'), coalesce(band_after, 'not scored'), count(*)
        from differences
        where score_month = ? and band_before is distinct from band_after
        group by all order by 3 desc, 1, 2
        """,
        [month],
    ).fetchall()
    return [Transition(*row) for row in rows]


def distribution(connection: duckdb.DuckDBPyConnection, month: date) -> list[float]:
    """Minimum, 5 %, 25 %, median, 75 %, 95 % and maximum of the score changes; [] without any."""
    row = connection.execute(
        """
        select quantile_cont(score_change, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
        from differences where score_month = ? and score_change is not null
        """,
        [month],
    ).fetchone()
    return row[0] or []


def causes(connection: duckdb.DuckDBPyConnection, month: date) -> dict[str, tuple[int, float]]:
    """Cause -> accounts that it moves, and mean points over these."""
    return {
        cause: connection.execute(
            f"""
            select count(*), coalesce(avg({cause}), 0) from differences
            where score_month = ? and abs({cause}) >= {LEAST_POINTS}
            """,
            [month],
        ).fetchone()
        for cause in CAUSE_COLUMNS
    }


def metrics_that_moved(
    connection: duckdb.DuckDBPyConnection, month: date, limit: int
) -> list[MetricShare]:
    """The metrics with the largest effects over both brackets, by mean size over all accounts."""
    rows = connection.execute(
        f"""
        with points as (
            select account_id, metric, sum(value_effect + weight_effect) as points
            from (from effects_inputs union all from effects_configuration)
            where score_month = $month
            group by all
        )
        select
            metric, count(*) filter (where abs(points) >= {LEAST_POINTS}),
            sum(points) / (select count(*) from differences where score_month = $month),
            sum(abs(points)) / (select count(*) from differences where score_month = $month) as size
        from points
        group by metric having size >= 0.005
        order by size desc, metric limit $limit
        """,
        {"month": month, "limit": limit},
    ).fetchall()
    return [MetricShare(*row) for row in rows]


def largest(connection: duckdb.DuckDBPyConnection, month: date, limit: int) -> list[Difference]:
    """The accounts that change most; those that gain or lose a score come first."""
    columns = ", ".join(Difference._fields)
    rows = connection.execute(
        f"""
        select {columns} from differences
        where score_month = ? and (
            abs(score_change) >= {LEAST_POINTS} or band_before is distinct from band_after
        )
        order by score_change is null desc, abs(score_change) desc, account_id
        limit ?
        """,
        [month, limit],
    ).fetchall()
    return [Difference(*row) for row in rows]


def reasons(
    connection: duckdb.DuckDBPyConnection, difference: Difference, limit: int = 3
) -> Sequence[Reason]:
    """The metrics that move one account most, with what was and what is."""
    rows = connection.execute(
        f"""
        with points as (
            select metric, sum(value_effect + weight_effect) as points
            from (from effects_inputs union all from effects_configuration)
            where account_id = $account_id and score_month = $month
            group by metric
        )
        select
            metric, one.value, one.value_state, other.value, other.value_state,
            coalesce(one.effective_weight, 0), coalesce(other.effective_weight, 0), points
        from points
        left join (
            from before_metrics where account_id = $account_id and score_month = $month
        ) as one using (metric)
        left join (
            from after_metrics where account_id = $account_id and score_month = $month
        ) as other using (metric)
        where abs(points) >= {LEAST_POINTS}
        order by abs(points) desc, metric limit $limit
        """,
        {
            "account_id": difference.account_id,
            "month": difference.score_month,
            "limit": limit,
        },
    ).fetchall()
    return [Reason(*row) for row in rows]
