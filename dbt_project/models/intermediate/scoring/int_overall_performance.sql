{{ config(materialized='replace_months', through='newest') }}

with

scorings as (
    select * from {{ ref('int_scorings') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

metric_scores as (
    select * from {{ ref('int_metric_scores') }}
    where
        rating is not null
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
    where metric_weight > 0 and group_weight > 0
),

sums as (
    select
        metric_scores.account_id,
        metric_scores.score_month,
        metric_scores.scorecard,
        metric_scores.scorecard_version,
        sum(metric_scores.rating) as ratings,
        count(*) as rated_metrics
    from metric_scores
    inner join scorecard_metrics
        on
            metric_scores.scorecard = scorecard_metrics.scorecard
            and metric_scores.scorecard_version = scorecard_metrics.scorecard_version
            and metric_scores.metric = scorecard_metrics.metric
    group by
        metric_scores.account_id,
        metric_scores.score_month,
        metric_scores.scorecard,
        metric_scores.scorecard_version
    having count(*) >= 3
),

final as (
    select
        scorings.account_id,
        scorings.score_month,
        scorings.score_series,
        scorings.scorecard,
        scorings.scorecard_version,
        scorings.is_in_series,
        {{ as_written('cast(sums.ratings as double) / sums.rated_metrics') }}
            as overall_performance,
        -- On integers: a mean of 1 is exactly yellow.
        case
            when sums.ratings < sums.rated_metrics then 'red'
            when sums.ratings > sums.rated_metrics then 'green'
            when sums.ratings = sums.rated_metrics then 'yellow'
            else 'unknown'
        end as rating_band
    from scorings
    left join sums
        on
            scorings.account_id = sums.account_id
            and scorings.score_month = sums.score_month
            and scorings.scorecard = sums.scorecard
            and scorings.scorecard_version = sums.scorecard_version
)

select * from final
