{{ config(materialized='replace_months', through='newest') }}

with

official_scorings as (
    select * from {{ ref('int_official_scorings') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

official as (
    select
        account_id,
        score_month,
        use_case,
        scorecard,
        scorecard_version,
        true as is_official
    from official_scorings
),

-- Where the version changed, this month is scored under last month's version as well:
-- what the customer did is told apart from what we changed ourselves.
under_last_months_version as (
    select
        account_id,
        score_month,
        use_case,
        previous_scorecard as scorecard,
        previous_version as scorecard_version,
        false as is_official
    from previous_scorings
    where has_version_changed
),

final as (
    select * from official
    union all
    select * from under_last_months_version
)

select * from final
