{{ config(materialized='replace_months', through='newest', batch='bounded') }}

with

drivers as (
    select * from {{ ref('int_score_drivers') }}
    where
        score_series = {{ quoted(var('primary_use_case')) }}
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

changes as (
    select * from {{ ref('int_score_changes') }}
    where
        score_series = {{ quoted(var('primary_use_case')) }}
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

-- What the cap of this month takes off, less what that of last month took off.
cap_effects as (
    select
        account_id,
        score_month,
        cap_metric as metric,
        cap_adjustment as points
    from changes
    where cap_metric is not null
    union all
    select
        account_id,
        score_month,
        previous_cap_metric as metric,
        -previous_cap_adjustment as points
    from changes
    where previous_cap_metric is not null
),

final as (
    select
        account_id,
        score_month,
        bracket,
        metric,
        value_effect,
        weight_effect,
        {{ as_written('value_effect + weight_effect') }} as points
    from drivers
    union all
    select
        account_id,
        score_month,
        'caps' as bracket,
        metric,
        cast(null as double) as value_effect,
        cast(null as double) as weight_effect,
        {{ exact_sum('points') }} as points
    from cap_effects
    group by account_id, score_month, metric
)

select * from final
