{{ config(materialized='replace_months', through='newest') }}

{%- set conditions = ['size_segment', 'lifecycle_stage', 'vertical', 'region'] %}

-- depends_on: {{ ref('int_scorecard_problems') }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

matching as (
    select
        account_months.account_id,
        account_months.score_month,
        versions.use_case,
        versions.scorecard,
        versions.scorecard_version,
        row_number() over (
            partition by
                account_months.account_id, account_months.score_month, versions.use_case
            order by
                versions.condition_count desc nulls last,
                versions.priority nulls last,
                versions.scorecard nulls last
        ) as choice
    from account_months
    inner join versions
        on
            account_months.score_month >= versions.effective_from
            and account_months.score_month
            < coalesce(versions.effective_to, cast('9999-12-01' as date))
            {%- for condition in conditions %}
                and (
                    versions.{{ condition }} is null
                    or versions.{{ condition }} = account_months.{{ condition }}
                )
            {%- endfor %}
),

chosen as (
    select * from matching
    where choice = 1
),

-- An account that no scorecard matches is scored by none, and has its row all the same.
unmatched as (
    select
        account_months.account_id,
        account_months.score_month
    from account_months
    left join chosen
        on
            account_months.account_id = chosen.account_id
            and account_months.score_month = chosen.score_month
            and chosen.use_case = {{ quoted(var('primary_use_case')) }}
    where chosen.account_id is null
),

final as (
    select
        account_id,
        score_month,
        use_case,
        scorecard,
        scorecard_version
    from chosen
    union all
    select
        account_id,
        score_month,
        {{ quoted(var('primary_use_case')) }} as use_case,
        cast(null as {{ dbt.type_string() }}) as scorecard,
        cast(null as {{ dbt.type_string() }}) as scorecard_version
    from unmatched
)

select * from final
