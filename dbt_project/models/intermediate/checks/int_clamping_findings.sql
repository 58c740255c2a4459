{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_checked_months') }}
    where is_newest
),

-- Of the accounts that the version scored officially; several use cases may share one.
scorings as (
    select distinct
        scorings.account_id,
        scorings.score_month,
        scorings.scorecard,
        scorings.scorecard_version
    from {{ ref('int_scorings') }} as scorings
    inner join months on scorings.score_month = months.score_month
    where scorings.is_official
),

metric_scores as (
    select metric_scores.*
    from {{ ref('int_metric_scores') }} as metric_scores
    inner join months on metric_scores.score_month = months.score_month
    where metric_scores.metric_score is not null
),

scorecard_metrics as (
    select
        *,
        case when best_value > worst_value then 1 else -1 end as direction
    from {{ ref('int_scorecard_metrics') }}
    where metric_weight > 0 and group_weight > 0
),

-- Beyond an end, not at it: most values of some metrics are exactly the best there is.
cohorts as (
    select
        metric_scores.score_month,
        metric_scores.scorecard,
        metric_scores.scorecard_version,
        metric_scores.metric,
        metric_scores.rating_cohort,
        count(*) as accounts,
        count(case
            when
                (metric_scores.value - scorecard_metrics.worst_value)
                * scorecard_metrics.direction < 0
                then 1
        end) as beyond_worst,
        count(case
            when
                (metric_scores.value - scorecard_metrics.best_value)
                * scorecard_metrics.direction > 0
                then 1
        end) as beyond_best
    from metric_scores
    inner join scorings
        on
            metric_scores.account_id = scorings.account_id
            and metric_scores.score_month = scorings.score_month
            and metric_scores.scorecard = scorings.scorecard
            and metric_scores.scorecard_version = scorings.scorecard_version
    inner join scorecard_metrics
        on
            metric_scores.scorecard = scorecard_metrics.scorecard
            and metric_scores.scorecard_version = scorecard_metrics.scorecard_version
            and metric_scores.metric = scorecard_metrics.metric
    where metric_scores.rating_cohort is not null
    group by
        metric_scores.score_month,
        metric_scores.scorecard,
        metric_scores.scorecard_version,
        metric_scores.metric,
        metric_scores.rating_cohort
),

final as (
    select
        'metrics_not_clamped' as check_name,
        'warn' as severity,
        score_month,
        metric || ' (' || scorecard || ' ' || scorecard_version || ', '
        || {{ code_as_text('rating_cohort') }} || ')' as subject,
        {{ percent_as_text('cast(beyond_worst + beyond_best as double) / accounts') }}
        || ' of ' || accounts || ' accounts lie beyond its ends: ' || beyond_best
        || ' better than best_value, ' || beyond_worst || ' worse than worst_value.'
            as found,
        'At most ' || {{ percent_as_text(var('checks').clamped_share_above) }} || '.'
            as usual,
        'They all score 100 or 0: set wider ends in the next version of the scorecard '
        || '(seeds/scorecard_metrics.csv).' as what_to_do
    from cohorts
    where
        accounts >= {{ var('checks').min_accounts }}
        and {{ as_compared('cast(beyond_worst + beyond_best as double) / accounts') }}
        > {{ var('checks').clamped_share_above }}
)

select * from final
