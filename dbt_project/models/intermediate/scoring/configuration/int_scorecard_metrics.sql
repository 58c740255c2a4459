-- Nothing is scored by scorecards with problems.
-- depends_on: {{ ref('int_scorecard_problems') }}

with

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

scorecard_groups as (
    select * from {{ ref('scorecard_groups') }}
),

scorecard_metrics as (
    select * from {{ ref('scorecard_metrics') }}
),

final as (
    select
        versions.scorecard,
        versions.scorecard_version,
        metrics.metric,
        metrics.metric_group,
        coalesce(scorecard_metrics.label, metrics.label) as label,
        metrics.unit,
        scorecard_metrics.worst_value,
        scorecard_metrics.best_value,
        coalesce(scorecard_metrics.target_value, scorecard_metrics.best_value)
            as target_value,
        coalesce(scorecard_metrics.is_critical, false) as is_critical,
        coalesce(scorecard_metrics.metric_weight, 0) as metric_weight,
        coalesce(scorecard_groups.group_weight, 0) as group_weight
    from versions
    cross join metrics
    left join scorecard_metrics
        on
            versions.scorecard = scorecard_metrics.scorecard
            and versions.scorecard_version = scorecard_metrics.version
            and metrics.metric = scorecard_metrics.metric
    left join scorecard_groups
        on
            versions.scorecard = scorecard_groups.scorecard
            and versions.scorecard_version = scorecard_groups.version
            and metrics.metric_group = scorecard_groups.metric_group
)

select * from final
