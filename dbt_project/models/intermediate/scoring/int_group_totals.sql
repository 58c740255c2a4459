{{ config(materialized='ephemeral') }}

with

-- A version may score an account in several series: it is computed once.
scorings as (
    select distinct
        account_id,
        score_month,
        scorecard,
        scorecard_version
    from {{ ref('int_scorings') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
    where best_value is not null
),

metric_values as (
    select * from {{ ref('int_metric_values_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

versions_in_use as (
    select
        scorecard,
        scorecard_version,
        min(score_month) as first_month,
        max(score_month) as last_month
    from scorings
    group by scorecard, scorecard_version
),

configuration as (
    select
        scorecard_metrics.*,
        versions_in_use.first_month,
        versions_in_use.last_month
    from scorecard_metrics
    inner join versions_in_use
        on
            scorecard_metrics.scorecard = versions_in_use.scorecard
            and scorecard_metrics.scorecard_version = versions_in_use.scorecard_version
),

-- Joined to the configuration alone: a few hundred rows. The account's own versions are
-- picked afterwards, on rows per group: four times as fast with half the memory.
weighed as (
    select
        metric_values.account_id,
        metric_values.score_month,
        configuration.scorecard,
        configuration.scorecard_version,
        configuration.metric_group,
        configuration.group_weight,
        case
            when metric_values.value_state <> 'not_applicable'
                then configuration.metric_weight
        end as applicable_weight,
        case
            when metric_values.value_state = 'observed'
                then configuration.metric_weight
        end as observed_weight,
        case
            when metric_values.value_state = 'observed'
                then {{ metric_score(
                    'metric_values.value',
                    'configuration.worst_value',
                    'configuration.best_value'
                ) }}
        end as metric_score
    from metric_values
    inner join configuration
        on
            metric_values.metric = configuration.metric
            and metric_values.score_month
            between configuration.first_month and configuration.last_month
),

totals as (
    select
        account_id,
        score_month,
        scorecard,
        scorecard_version,
        metric_group,
        max(group_weight) as group_weight,
        coalesce({{ exact_sum('applicable_weight') }}, 0) as applicable_weight,
        coalesce({{ exact_sum('observed_weight') }}, 0) as observed_weight,
        {{ exact_sum('observed_weight * metric_score') }} as weighted_scores
    from weighed
    group by account_id, score_month, scorecard, scorecard_version, metric_group
),

final as (
    select totals.*
    from totals
    inner join scorings
        on
            totals.account_id = scorings.account_id
            and totals.score_month = scorings.score_month
            and totals.scorecard = scorings.scorecard
            and totals.scorecard_version = scorings.scorecard_version
)

select * from final
