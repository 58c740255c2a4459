{%- set previous_month -%}
    cast({{ dbt.dateadd('month', -1, newest_month()) }} as date)
{%- endset %}

with

history as (
    select
        *,
        {{ value_as_text('value', 'unit') }} as value_text
    from {{ ref('rpt_account_history') }}
    where
        measure_kind = 'metric'
        and score_month between {{ previous_month }} and {{ newest_month() }}
),

metrics as (
    select * from history
    where score_month = {{ newest_month() }}
),

metrics_before as (
    select * from history
    where score_month = {{ previous_month }} and effective_weight > 0
),

-- A value before or after is told where it counted.
moves as (
    select
        metrics.*,
        metrics.points - metrics.cap_effect as moved_by,
        {{ driver_as_text(
            'metrics.label',
            'metrics_before.value_text',
            'case when metrics.effective_weight > 0 then metrics.value_text end'
        ) }} as move
    from metrics
    left join metrics_before
        on
            metrics.account_id = metrics_before.account_id
            and metrics.measure = metrics_before.measure
),

{%- set kept = 'account_id, score_month, measure, label, value_state' %}

reasons as (
    select
        {{ kept }},
        'costs' as aspect,
        lost_points as points,
        label || ': ' || value_text as fact,
        'costs ' as sign
    from metrics
    where effective_weight > 0
    union all
    select
        {{ kept }},
        'carries' as aspect,
        contribution as points,
        label || ': ' || value_text as fact,
        'brings ' as sign
    from metrics
    where effective_weight > 0
    union all
    select
        {{ kept }},
        case when moved_by > 0 then 'rose' else 'fell' end as aspect,
        moved_by as points,
        move as fact,
        case when moved_by > 0 then '+' else '' end as sign
    from moves
    union all
    select
        {{ kept }},
        case when cap_effect > 0 then 'rose' else 'fell' end as aspect,
        cap_effect as points,
        'Limit by ' || label as fact,
        case when cap_effect > 0 then '+' else '' end as sign
    from metrics
),

-- What rounds to nothing explains nothing.
final as (
    select
        account_id,
        score_month,
        aspect,
        cast(row_number() over (
            partition by account_id, aspect
            order by
                {{ as_compared('abs(points)') }} desc nulls last,
                fact nulls last
        ) as {{ dbt.type_int() }}) as place,
        measure as metric,
        label,
        value_state,
        {{ as_written('points') }} as points,
        fact || ' (' || sign || {{ number_as_text('round(points, 1)') }} || ')'
            as reason
    from reasons
    where round(points, 1) <> 0
)

select * from final
