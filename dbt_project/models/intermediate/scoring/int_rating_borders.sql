{{ config(materialized='ephemeral') }}

with

cohorts as (
    select * from {{ ref('int_metric_cohorts') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_metrics as (
    select
        *,
        case when best_value < worst_value then -1 else 1 end as direction
    from {{ ref('int_scorecard_metrics') }}
    where best_value is not null
),

-- Values times the direction: higher is better for every metric. A few hundred rows a
-- month, which the long table of values is joined to.
final as (
    select
        cohorts.score_month,
        cohorts.lifecycle_stage,
        scorecard_metrics.scorecard,
        scorecard_metrics.scorecard_version,
        scorecard_metrics.metric,
        scorecard_metrics.metric_weight,
        scorecard_metrics.group_weight,
        cohorts.rating_cohort,
        scorecard_metrics.direction,
        scorecard_metrics.direction * scorecard_metrics.target_value as target_from,
        scorecard_metrics.direction * cohorts.cohort_average
        - 0.25 * abs(cohorts.cohort_average) as average_from
    from cohorts
    inner join scorecard_metrics on cohorts.metric = scorecard_metrics.metric
)

select * from final
