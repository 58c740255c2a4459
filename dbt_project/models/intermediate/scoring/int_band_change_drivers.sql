{{ config(materialized='ephemeral') }}

with

comparisons as (
    select * from {{ ref('int_score_comparisons') }}
    where
        has_band_changed
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

drivers as (
    select * from {{ ref('int_score_drivers') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

counting as (
    select * from {{ ref('int_metric_scores') }}
    where
        effective_weight > 0
        and score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

scorecard_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
),

metric_points as (
    select
        previous_scorings.account_id,
        previous_scorings.score_month,
        previous_scorings.score_series,
        drivers.metric,
        max(previous_scorings.scorecard) as scorecard,
        max(previous_scorings.scorecard_version) as scorecard_version,
        max(previous_scorings.previous_month) as previous_month,
        max(previous_scorings.previous_scorecard) as previous_scorecard,
        max(previous_scorings.previous_version) as previous_version,
        max(comparisons.band_direction) as band_direction,
        {{ exact_sum('drivers.value_effect + drivers.weight_effect') }} as points
    from comparisons
    inner join previous_scorings
        on
            comparisons.account_id = previous_scorings.account_id
            and comparisons.score_month = previous_scorings.score_month
            and comparisons.score_series = previous_scorings.score_series
    inner join drivers
        on
            comparisons.account_id = drivers.account_id
            and comparisons.score_month = drivers.score_month
            and comparisons.score_series = drivers.score_series
    group by
        previous_scorings.account_id,
        previous_scorings.score_month,
        previous_scorings.score_series,
        drivers.metric
),

final as (
    select
        metric_points.account_id,
        metric_points.score_month,
        metric_points.score_series,
        metric_points.metric,
        scorecard_metrics.label,
        {{ value_as_text('counting_before.value', 'scorecard_metrics.unit') }}
            as text_before,
        {{ value_as_text('counting_after.value', 'scorecard_metrics.unit') }}
            as text_after,
        row_number() over (
            partition by
                metric_points.account_id,
                metric_points.score_month,
                metric_points.score_series
            order by
                {{ as_compared('metric_points.points * metric_points.band_direction') }}
                desc nulls last,
                metric_points.metric nulls last
        ) as driver_rank
    from metric_points
    inner join scorecard_metrics
        on
            metric_points.scorecard = scorecard_metrics.scorecard
            and metric_points.scorecard_version = scorecard_metrics.scorecard_version
            and metric_points.metric = scorecard_metrics.metric
    left join counting as counting_before
        on
            metric_points.account_id = counting_before.account_id
            and metric_points.previous_month = counting_before.score_month
            and metric_points.previous_scorecard = counting_before.scorecard
            and metric_points.previous_version = counting_before.scorecard_version
            and metric_points.metric = counting_before.metric
    left join counting as counting_after
        on
            metric_points.account_id = counting_after.account_id
            and metric_points.score_month = counting_after.score_month
            and metric_points.scorecard = counting_after.scorecard
            and metric_points.scorecard_version = counting_after.scorecard_version
            and metric_points.metric = counting_after.metric
    where {{ as_compared('metric_points.points * metric_points.band_direction') }} > 0
)

select * from final
