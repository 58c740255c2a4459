{{ config(materialized='ephemeral') }}

{%- set conditions = ['size_segment', 'lifecycle_stage', 'vertical', 'region'] %}

with

official_scorings as (
    select * from {{ ref('int_official_scorings') }}
    where
        score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

rescorings as (
    select * from {{ ref('int_rescorings') }}
),

version_hashes as (
    select * from {{ ref('int_scorecard_hashes') }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

account_months as (
    select * from {{ ref('int_account_months') }}
    where
        score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

-- A version is scored again over all accounts that it is meant for, whatever its dates.
rescored as (
    select
        account_months.account_id,
        account_months.score_month,
        versions.use_case,
        versions.scorecard,
        versions.scorecard_version
    from account_months
    inner join rescorings on account_months.score_month >= rescorings.from_month
    inner join version_hashes
        on
            rescorings.scorecard = version_hashes.scorecard
            and rescorings.scorecard_version = version_hashes.scorecard_version
            and rescorings.version_hash = version_hashes.version_hash
    inner join versions
        on
            rescorings.scorecard = versions.scorecard
            and rescorings.scorecard_version = versions.scorecard_version
            {%- for condition in conditions %}
                and (
                    versions.{{ condition }} is null
                    or versions.{{ condition }} = account_months.{{ condition }}
                )
            {%- endfor %}
),

final as (
    select
        account_id,
        score_month,
        use_case as score_series,
        use_case,
        scorecard,
        scorecard_version,
        true as is_official,
        true as is_shown
    from official_scorings
    union all
    select
        rescored.account_id,
        rescored.score_month,
        rescored.scorecard || ' ' || rescored.scorecard_version as score_series,
        rescored.use_case,
        rescored.scorecard,
        rescored.scorecard_version,
        false as is_official,
        official_scorings.account_id is null as is_shown
    from rescored
    left join official_scorings
        on
            rescored.account_id = official_scorings.account_id
            and rescored.score_month = official_scorings.score_month
            and rescored.scorecard = official_scorings.scorecard
            and rescored.scorecard_version = official_scorings.scorecard_version
)

select * from final
