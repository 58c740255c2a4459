{{ config(materialized='ephemeral') }}

with

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        is_in_series
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

metric_scores as (
    select * from {{ ref('int_metric_scores') }}
    where
        effective_weight > 0
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

group_scores as (
    select * from {{ ref('int_group_scores') }}
    where
        group_weight >= 10
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

critical_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
    where is_critical
),

signs as (
    select
        results.account_id,
        results.score_month,
        results.score_series,
        1 as place,
        'critical_metric ' || metric_scores.metric as reason
    from results
    inner join metric_scores
        on
            results.account_id = metric_scores.account_id
            and results.score_month = metric_scores.score_month
            and results.scorecard = metric_scores.scorecard
            and results.scorecard_version = metric_scores.scorecard_version
    inner join critical_metrics
        on
            metric_scores.scorecard = critical_metrics.scorecard
            and metric_scores.scorecard_version = critical_metrics.scorecard_version
            and metric_scores.metric = critical_metrics.metric
    where
        {{ as_compared('metric_scores.metric_score') }}
        < {{ as_compared('results.yellow_from') }}
    union all
    select
        results.account_id,
        results.score_month,
        results.score_series,
        2 as place,
        'weak_group ' || group_scores.metric_group as reason
    from results
    inner join group_scores
        on
            results.account_id = group_scores.account_id
            and results.score_month = group_scores.score_month
            and results.scorecard = group_scores.scorecard
            and results.scorecard_version = group_scores.scorecard_version
    where
        {{ as_compared('group_scores.group_score') }}
        < {{ as_compared('results.yellow_from') }}
    union all
    select
        account_id,
        score_month,
        score_series,
        3 as place,
        'tentative_score' as reason
    from results
    where is_tentative
),

final as (
    select
        account_id,
        score_month,
        score_series,
        {{ joined_in_order('reason', order_by='place, reason') }} as reasons
    from signs
    group by account_id, score_month, score_series
)

select * from final
