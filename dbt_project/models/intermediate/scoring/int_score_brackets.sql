{{ config(materialized='ephemeral') }}

with

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

official as (
    select * from results
    where is_in_series and health_score is not null
),

-- S*: this month under last month's version. A raw score suffices, without the gate.
between_versions as (
    select * from results
    where not is_in_series and raw_score is not null
),

changes as (
    select
        official.account_id,
        official.score_month,
        official.score_series,
        official.scorecard,
        official.scorecard_version,
        official.raw_score,
        previous.score_month as previous_month,
        previous.scorecard as previous_scorecard,
        previous.scorecard_version as previous_version,
        previous.raw_score as previous_raw_score,
        previous_scorings.has_version_changed,
        between_versions.raw_score as raw_score_between
    from official
    inner join previous_scorings
        on
            official.account_id = previous_scorings.account_id
            and official.score_month = previous_scorings.score_month
            and official.score_series = previous_scorings.score_series
    inner join official as previous
        on
            previous_scorings.account_id = previous.account_id
            and previous_scorings.score_series = previous.score_series
            and previous_scorings.previous_month = previous.score_month
    left join between_versions
        on
            official.account_id = between_versions.account_id
            and official.score_month = between_versions.score_month
            and official.score_series = between_versions.score_series
),

final as (
    select
        account_id,
        score_month,
        score_series,
        'behaviour' as bracket,
        previous_month as month_before,
        previous_scorecard as scorecard_before,
        previous_version as version_before,
        previous_raw_score as raw_score_before,
        previous_scorecard as scorecard_after,
        previous_version as version_after,
        coalesce(raw_score_between, raw_score) as raw_score_after
    from changes
    where not has_version_changed or raw_score_between is not null
    union all
    -- Where nothing counts under last month's version, all of the change is in here.
    select
        account_id,
        score_month,
        score_series,
        'configuration' as bracket,
        case when raw_score_between is null then previous_month else score_month end
            as month_before,
        previous_scorecard as scorecard_before,
        previous_version as version_before,
        coalesce(raw_score_between, previous_raw_score) as raw_score_before,
        scorecard as scorecard_after,
        scorecard_version as version_after,
        raw_score as raw_score_after
    from changes
    where has_version_changed
)

select * from final
