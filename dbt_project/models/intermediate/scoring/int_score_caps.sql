{{ config(materialized='ephemeral') }}

with

metric_values as (
    select * from {{ ref('int_metric_values_monthly') }}
    where
        value_state = 'observed'
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

caps as (
    select * from {{ ref('scorecard_caps') }}
),

scorecard_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
),

-- At most five rows per version: the long table is joined to the configuration alone.
configuration as (
    select
        caps.scorecard,
        caps.version as scorecard_version,
        caps.metric,
        caps.below_score,
        caps.max_health_score,
        caps.reason,
        scorecard_metrics.worst_value,
        scorecard_metrics.best_value
    from caps
    inner join scorecard_metrics
        on
            caps.scorecard = scorecard_metrics.scorecard
            and caps.version = scorecard_metrics.scorecard_version
            and caps.metric = scorecard_metrics.metric
),

scored as (
    select
        metric_values.account_id,
        metric_values.score_month,
        configuration.scorecard,
        configuration.scorecard_version,
        configuration.metric,
        configuration.below_score,
        configuration.max_health_score,
        configuration.reason,
        {{ metric_score(
            'metric_values.value',
            'configuration.worst_value',
            'configuration.best_value'
        ) }} as metric_score
    from metric_values
    inner join configuration on metric_values.metric = configuration.metric
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, score_month, scorecard, scorecard_version
            order by max_health_score nulls last, metric nulls last, reason nulls last
        ) as strictness
    from scored
    where {{ as_compared('metric_score') }} < {{ as_compared('below_score') }}
),

final as (
    select
        account_id,
        score_month,
        scorecard,
        scorecard_version,
        metric as cap_metric,
        max_health_score,
        reason as cap_reason
    from ranked
    where strictness = 1
)

select * from final
