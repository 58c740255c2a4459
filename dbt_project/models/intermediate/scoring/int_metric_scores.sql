{{ config(materialized='replace_months', through='newest', batch='bounded') }}

with

metric_values as (
    select * from {{ ref('int_metric_values_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

group_scores as (
    select * from {{ ref('int_group_scores') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
    where best_value is not null
),

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

borders as (
    select * from {{ ref('int_rating_borders') }}
),

-- Only an observed value gets a rating: its stage is a key of the join to the borders,
-- since a condition beside the keys makes that join compare all pairs (24 s instead of
-- 0.1 s for 130,000 rows).
weighed as (
    select
        metric_values.account_id,
        metric_values.score_month,
        metric_values.metric,
        group_scores.scorecard,
        group_scores.scorecard_version,
        metric_values.value,
        case
            when metric_values.value_state = 'observed'
                then account_months.lifecycle_stage
        end as rated_stage,
        case
            when metric_values.value_state = 'observed'
                then {{ metric_score(
                    'metric_values.value',
                    'scorecard_metrics.worst_value',
                    'scorecard_metrics.best_value'
                ) }}
        end as metric_score,
        case
            when
                metric_values.value_state = 'not_applicable'
                or scorecard_metrics.metric_weight = 0
                then 0
            else
                group_scores.nominal_weight
                * scorecard_metrics.metric_weight / group_scores.applicable_weight
        end as nominal_weight,
        case
            when
                metric_values.value_state <> 'observed'
                or scorecard_metrics.metric_weight = 0
                then 0
            else
                group_scores.effective_weight
                * scorecard_metrics.metric_weight / group_scores.observed_weight
        end as effective_weight
    from metric_values
    inner join group_scores
        on
            metric_values.account_id = group_scores.account_id
            and metric_values.score_month = group_scores.score_month
            and metric_values.metric_group = group_scores.metric_group
    inner join scorecard_metrics
        on
            group_scores.scorecard = scorecard_metrics.scorecard
            and group_scores.scorecard_version = scorecard_metrics.scorecard_version
            and metric_values.metric = scorecard_metrics.metric
    inner join account_months
        on
            metric_values.account_id = account_months.account_id
            and metric_values.score_month = account_months.score_month
),

final as (
    select
        weighed.account_id,
        weighed.score_month,
        weighed.metric,
        weighed.scorecard,
        weighed.scorecard_version,
        weighed.value,
        {{ as_written('weighed.metric_score') }} as metric_score,
        {{ as_written('weighed.nominal_weight') }} as nominal_weight,
        {{ as_written('weighed.effective_weight') }} as effective_weight,
        {{ as_written('coalesce(weighed.effective_weight * weighed.metric_score, 0)') }}
            as contribution,
        {{ rating('weighed.value', 'borders') }} as rating,
        borders.rating_cohort
    from weighed
    left join borders
        on
            weighed.rated_stage = borders.lifecycle_stage
            and weighed.score_month = borders.score_month
            and weighed.scorecard = borders.scorecard
            and weighed.scorecard_version = borders.scorecard_version
            and weighed.metric = borders.metric
)

select * from final
