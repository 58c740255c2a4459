{{ config(materialized='replace_months') }}

{%- set measured = ['active_users', 'value_actions'] %}

with

months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

changes as (
    select * from {{ ref('int_metric_values_monthly') }}
    where
        metric in ('active_users_change', 'value_actions_change')
        and value_state = 'observed'
        and score_month between {{ batch_start() }} and {{ batch_end() }}
),

totals as (
    select
        score_month,
        metric,
        count(*) as accounts,
        median(value) as median_change,
        count(case when value < 0 then 1 end) as falling_accounts,
        cast(count(case when value < 0 then 1 end) as double) / count(*)
            as falling_share
    from changes
    group by score_month, metric
),

-- A median of a few accounts is the story of one of them.
judged as (
    select
        *,
        case
            when accounts >= {{ var('programme_fall').min_accounts }}
                then
                    {{ as_compared('median_change') }}
                    <= {{ var('programme_fall').median_at_most }}
                    and {{ as_compared('falling_share') }}
                    >= {{ var('programme_fall').falling_share_from }}
        end as is_fall
    from totals
),

active_users as (
    select * from judged
    where metric = 'active_users_change'
),

value_actions as (
    select * from judged
    where metric = 'value_actions_change'
),

final as (
    select
        months.score_month,
        {%- for name in measured %}
            coalesce({{ name }}.accounts, 0) as {{ name }}_accounts,
            {{ as_written(name ~ '.median_change') }} as {{ name }}_median_change,
            coalesce({{ name }}.falling_accounts, 0) as {{ name }}_falling_accounts,
            {{ as_written(name ~ '.falling_share') }} as {{ name }}_falling_share,
            {{ name }}.is_fall as is_{{ name }}_fall,
        {%- endfor %}
        coalesce(
            active_users.is_fall or value_actions.is_fall,
            active_users.is_fall,
            value_actions.is_fall
        ) as is_programme_fall,
        months.is_provisional
    from months
    left join active_users on months.score_month = active_users.score_month
    left join value_actions on months.score_month = value_actions.score_month
)

select * from final
