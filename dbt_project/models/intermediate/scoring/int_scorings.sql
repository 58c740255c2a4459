{{ config(materialized='replace_months', through='newest') }}

with

score_series as (
    select * from {{ ref('int_score_series') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

in_series as (
    select
        account_id,
        score_month,
        score_series,
        use_case,
        scorecard,
        scorecard_version,
        is_official,
        true as is_in_series,
        is_shown
    from score_series
),

-- Where the version changed, this month is scored under last month's version as well:
-- what the customer did is told apart from what we changed ourselves.
under_last_months_version as (
    select
        account_id,
        score_month,
        score_series,
        use_case,
        previous_scorecard as scorecard,
        previous_version as scorecard_version,
        false as is_official,
        false as is_in_series,
        false as is_shown
    from previous_scorings
    where has_version_changed
),

final as (
    select * from in_series
    union all
    select * from under_last_months_version
)

select * from final
