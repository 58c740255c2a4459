{{ config(materialized='replace_months', through='newest') }}

with

metric_scores as (
    select * from {{ ref('int_metric_scores') }}
    where
        is_in_series
        and score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
    where is_shown
),

previous_scores as (
    select
        previous_scorings.account_id,
        previous_scorings.score_month,
        metric_scores.metric,
        previous_scorings.scorecard,
        previous_scorings.scorecard_version,
        metric_scores.value,
        metric_scores.metric_score,
        metric_scores.contribution
    from metric_scores
    inner join previous_scorings
        on
            metric_scores.account_id = previous_scorings.account_id
            and metric_scores.score_month = previous_scorings.previous_month
            and metric_scores.scorecard = previous_scorings.previous_scorecard
            and metric_scores.scorecard_version = previous_scorings.previous_version
),

final as (
    select
        metric_scores.account_id,
        metric_scores.score_month,
        metric_scores.metric,
        metric_scores.scorecard,
        metric_scores.scorecard_version,
        metric_scores.metric_group,
        metric_scores.is_official,
        metric_scores.value,
        metric_scores.value_state,
        metric_scores.value_basis,
        metric_scores.observed_at,
        metric_scores.metric_score,
        metric_scores.nominal_weight,
        metric_scores.effective_weight,
        metric_scores.contribution,
        {{ as_written('coalesce(
            metric_scores.effective_weight * (100 - metric_scores.metric_score), 0
        )') }} as lost_points,
        metric_scores.rating,
        metric_scores.rating_cohort,
        previous_scores.value as previous_month_value,
        metric_scores.value - previous_scores.value as value_change,
        previous_scores.metric_score as previous_month_metric_score,
        {{ as_written('metric_scores.metric_score - previous_scores.metric_score') }}
            as metric_score_change,
        previous_scores.contribution as previous_month_contribution,
        {{ as_written('metric_scores.contribution - previous_scores.contribution') }}
            as contribution_change
    from metric_scores
    left join previous_scores
        on
            metric_scores.account_id = previous_scores.account_id
            and metric_scores.score_month = previous_scores.score_month
            and metric_scores.metric = previous_scores.metric
            and metric_scores.scorecard = previous_scores.scorecard
            and metric_scores.scorecard_version = previous_scores.scorecard_version
    where metric_scores.score_month >= {{ batch_start() }}
)

select * from final
