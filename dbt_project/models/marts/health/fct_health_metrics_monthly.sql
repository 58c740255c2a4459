{{ config(materialized='replace_months', through='newest') }}

with

metric_scores as (
    select * from {{ ref('int_metric_scores') }}
    where
        is_official
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

-- The month before the first one that is built counts as it is stored.
known_scores as (
    select
        account_id,
        score_month,
        metric,
        scorecard,
        scorecard_version,
        value,
        metric_score,
        contribution
    from metric_scores
    {%- if has_stored_rows() %}
        union all
        select
            account_id,
            score_month,
            metric,
            scorecard,
            scorecard_version,
            value,
            metric_score,
            contribution
        from {{ this }}
        where
            is_official
            and score_month = cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
    {%- endif %}
),

previous_scores as (
    select
        previous_scorings.account_id,
        previous_scorings.score_month,
        known_scores.metric,
        previous_scorings.scorecard,
        previous_scorings.scorecard_version,
        known_scores.value,
        known_scores.metric_score,
        known_scores.contribution
    from known_scores
    inner join previous_scorings
        on
            known_scores.account_id = previous_scorings.account_id
            and known_scores.score_month = previous_scorings.previous_month
            and known_scores.scorecard = previous_scorings.previous_scorecard
            and known_scores.scorecard_version = previous_scorings.previous_version
),

final as (
    select
        metric_scores.*,
        previous_scores.value as previous_month_value,
        metric_scores.value - previous_scores.value as value_change,
        previous_scores.metric_score as previous_month_metric_score,
        {{ as_written('metric_scores.metric_score - previous_scores.metric_score') }}
            as metric_score_change,
        previous_scores.contribution as previous_month_contribution,
        {{ as_written('metric_scores.contribution - previous_scores.contribution') }}
            as contribution_change
    from metric_scores
    left join previous_scores
        on
            metric_scores.account_id = previous_scores.account_id
            and metric_scores.score_month = previous_scores.score_month
            and metric_scores.metric = previous_scores.metric
            and metric_scores.scorecard = previous_scores.scorecard
            and metric_scores.scorecard_version = previous_scores.scorecard_version
)

select * from final
