{{ config(materialized='ephemeral') }}

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
),

-- A group has its row for every group of the catalogue, with weight 0 where the version
-- does not list it: no metric of the catalogue is lost.
weighed as (
    select
        metric_values.account_id,
        metric_values.score_month,
        metric_values.metric,
        group_scores.scorecard,
        group_scores.scorecard_version,
        metric_values.metric_group,
        group_scores.is_official,
        metric_values.value,
        metric_values.value_state,
        metric_values.value_basis,
        metric_values.observed_at,
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
),

final as (
    select
        account_id,
        score_month,
        metric,
        scorecard,
        scorecard_version,
        metric_group,
        is_official,
        value,
        value_state,
        value_basis,
        observed_at,
        {{ as_written('metric_score') }} as metric_score,
        {{ as_written('nominal_weight') }} as nominal_weight,
        {{ as_written('effective_weight') }} as effective_weight,
        {{ as_written('coalesce(effective_weight * metric_score, 0)') }}
            as contribution,
        {{ as_written('coalesce(effective_weight * (100 - metric_score), 0)') }}
            as lost_points
    from weighed
)

select * from final
