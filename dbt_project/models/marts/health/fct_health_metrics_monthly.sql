{{ config(materialized='replace_months', through='newest', batch='bounded') }}

with

scorings as (
    select * from {{ ref('int_scorings') }}
    where
        is_in_series
        and scorecard is not null
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
    where is_shown
),

metric_values as (
    select * from {{ ref('int_metric_values_monthly') }}
    where
        score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

metric_scores as (
    select * from {{ ref('int_metric_scores') }}
    where
        score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

-- A version may score an account in several series: its metrics are shown once.
shown as (
    select
        scorings.account_id,
        scorings.score_month,
        scorings.scorecard,
        scorings.scorecard_version,
        scorings.is_official,
        previous_scorings.previous_month,
        previous_scorings.previous_scorecard,
        previous_scorings.previous_version
    from scorings
    left join previous_scorings
        on
            scorings.account_id = previous_scorings.account_id
            and scorings.score_month = previous_scorings.score_month
            and scorings.score_series = previous_scorings.score_series
    where scorings.is_shown
),

-- Every metric of the catalogue: one that the version does not list counts for nothing.
final as (
    select
        shown.account_id,
        shown.score_month,
        metric_values.metric,
        shown.scorecard,
        shown.scorecard_version,
        metric_values.metric_group,
        shown.is_official,
        metric_values.value,
        metric_values.value_state,
        metric_values.value_basis,
        metric_values.observed_at,
        scores.metric_score,
        coalesce(scores.nominal_weight, 0) as nominal_weight,
        coalesce(scores.effective_weight, 0) as effective_weight,
        coalesce(scores.contribution, 0) as contribution,
        {{ as_written(
            'coalesce(scores.effective_weight * (100 - scores.metric_score), 0)'
        ) }} as lost_points,
        scores.rating,
        scores.rating_cohort,
        previous_values.value as previous_month_value,
        metric_values.value - previous_values.value as value_change,
        previous_scores.metric_score as previous_month_metric_score,
        {{ as_written('scores.metric_score - previous_scores.metric_score') }}
            as metric_score_change,
        case
            when previous_values.account_id is not null
                then coalesce(previous_scores.contribution, 0)
        end as previous_month_contribution,
        case
            when previous_values.account_id is not null
                then {{ as_written(
                    'coalesce(scores.contribution, 0)'
                    ~ ' - coalesce(previous_scores.contribution, 0)'
                ) }}
        end as contribution_change
    from shown
    inner join metric_values
        on
            shown.account_id = metric_values.account_id
            and shown.score_month = metric_values.score_month
    left join metric_values as previous_values
        on
            shown.account_id = previous_values.account_id
            and shown.previous_month = previous_values.score_month
            and metric_values.metric = previous_values.metric
    left join metric_scores as scores
        on
            shown.account_id = scores.account_id
            and shown.score_month = scores.score_month
            and shown.scorecard = scores.scorecard
            and shown.scorecard_version = scores.scorecard_version
            and metric_values.metric = scores.metric
    left join metric_scores as previous_scores
        on
            shown.account_id = previous_scores.account_id
            and shown.previous_month = previous_scores.score_month
            and shown.previous_scorecard = previous_scores.scorecard
            and shown.previous_version = previous_scores.scorecard_version
            and metric_values.metric = previous_scores.metric
)

select * from final
