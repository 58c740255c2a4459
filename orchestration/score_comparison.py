"""Two scorings of the same accounts and months side by side: what differs, and by which cause.

A scoring is a table of results and a table of metric rows, each with the columns of the marts
fct_scorecard_results_monthly and fct_health_metrics_monthly that `RESULTS` and `METRICS` name.
The difference of two scores is taken apart as the model int_score_drivers takes a change apart: per
metric into a value effect and a weight effect, which add up exactly.
"""

import duckdb

KEY = "account_id, score_month"
# The calculated band: an override belongs to the official series alone.
RESULTS = (
    f"{KEY}, scorecard, scorecard_version, raw_score, health_score, calculated_band, cap_adjustment"
)
METRICS = f"{KEY}, metric, value, value_state, metric_score, effective_weight, contribution"

# One bracket: the metrics that count on either side, with their effects (int_score_drivers).
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
    one.calculated_band as band_before, other.calculated_band as band_after,
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
