"""Two scorings of the same accounts and months side by side: what differs, and by which cause.

A scoring is a table of results and a table of metric rows, each with the columns of the marts
fct_scorecard_results_monthly and fct_health_metrics_monthly that `RESULTS` and `METRICS` name.
The difference of two scores is taken apart as scoring.md takes a change apart ("Why the score
changed"): per metric into a value effect and a weight effect, which add up exactly.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import duckdb

KEY = "account_id, score_month"
RESULTS = (
    f"{KEY}, scorecard, scorecard_version, raw_score, health_score, health_band, cap_adjustment"
)
METRICS = f"{KEY}, metric, value, value_state, metric_score, effective_weight, contribution"

# One bracket: the metrics that count on either side, with their effects (scoring.md).
EFFECTS = """
create or replace temp table effects_{name} as
with counting_before as (
    select metrics.*, results.raw_score
    from {before}_metrics as metrics
    inner join {before}_results as results using (account_id, score_month)
    where metrics.effective_weight > 0
),
counting_after as (
    select metrics.*, results.raw_score
    from {after}_metrics as metrics
    inner join {after}_results as results using (account_id, score_month)
    where metrics.effective_weight > 0
),
totals as (
    select account_id, score_month, (one.raw_score + other.raw_score) / 2 as mean_raw_score
    from {before}_results as one
    inner join {after}_results as other using (account_id, score_month)
    where one.raw_score is not null and other.raw_score is not null
),
both_sides as (
    select
        coalesce(one.account_id, other.account_id) as account_id,
        coalesce(one.score_month, other.score_month) as score_month,
        coalesce(one.metric, other.metric) as metric,
        coalesce(other.contribution, 0) - coalesce(one.contribution, 0) as contribution_change,
        coalesce(other.effective_weight, 0) - coalesce(one.effective_weight, 0) as weight_change,
        coalesce(
            (one.effective_weight + other.effective_weight) / 2
            * (other.metric_score - one.metric_score), 0
        ) as value_effect
    from counting_before as one
    full outer join counting_after as other using (account_id, score_month, metric)
)
select
    account_id, score_month, metric, value_effect,
    contribution_change - value_effect - mean_raw_score * weight_change as weight_effect
from both_sides
inner join totals using (account_id, score_month)
"""

# Per account and month with a score on both sides: the causes, in points.
CAUSES = """
create or replace temp table differences as
with inputs as (
    select
        account_id, score_month,
        sum(value_effect) as by_values, sum(weight_effect) as by_coverage
    from effects_inputs
    group by all
),
configuration as (
    select account_id, score_month, sum(value_effect + weight_effect) as by_configuration
    from effects_configuration
    group by all
)
select
    account_id, score_month,
    one.health_score as score_before, other.health_score as score_after,
    one.health_band as band_before, other.health_band as band_after,
    other.health_score - one.health_score as score_change,
    coalesce(inputs.by_values, 0) as by_values,
    coalesce(inputs.by_coverage, 0) as by_coverage,
    coalesce(configuration.by_configuration, 0) as by_configuration,
    other.cap_adjustment - one.cap_adjustment as by_caps
from before_results as one
full outer join after_results as other using (account_id, score_month)
left join inputs using (account_id, score_month)
left join configuration using (account_id, score_month)
"""
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


def compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute the differences between the temp tables before_* and after_*, by way of between_*.

    `between_results` and `between_metrics` are the inputs of `after` under the versions of
    `before`. Where an account has none there, all of its difference is configuration; where
    they equal one of the sides, so is the bracket on that side empty.
    """
    connection.execute(EFFECTS.format(name="inputs", before="before", after="between"))
    connection.execute(
        """
        create or replace temp table start_results as
        select * from between_results where raw_score is not null
        union all
        select * from before_results
        anti join (select * from between_results where raw_score is not null)
            using (account_id, score_month)
        """
    )
    connection.execute(
        """
        create or replace temp table start_metrics as
        select * from between_metrics
        semi join (select * from between_results where raw_score is not null)
            using (account_id, score_month)
        union all
        select * from before_metrics
        anti join (select * from between_results where raw_score is not null)
            using (account_id, score_month)
        """
    )
    connection.execute(EFFECTS.format(name="configuration", before="start", after="after"))
    connection.execute(CAUSES)


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
