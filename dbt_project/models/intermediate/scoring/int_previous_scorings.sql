{{ config(materialized='ephemeral') }}

with

scorings as (
    select * from {{ ref('int_score_series') }}
    where scorecard is not null
),

months as (
    select * from {{ ref('int_months') }}
),

final as (
    select
        scorings.account_id,
        scorings.score_month,
        scorings.score_series,
        scorings.use_case,
        scorings.is_shown,
        scorings.scorecard,
        scorings.scorecard_version,
        previous.score_month as previous_month,
        previous.scorecard as previous_scorecard,
        previous.scorecard_version as previous_version,
        scorings.scorecard <> previous.scorecard
        or scorings.scorecard_version <> previous.scorecard_version
            as has_version_changed
    from scorings
    inner join months on scorings.score_month = months.score_month
    inner join scorings as previous
        on
            scorings.account_id = previous.account_id
            and scorings.score_series = previous.score_series
            and months.previous_month = previous.score_month
    where scorings.score_month >= {{ batch_start() }}
)

select * from final
