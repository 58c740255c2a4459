{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_sources as (
    select * from {{ ref('int_metric_sources') }}
),

-- An ended month wants every resource up to its as-of instant. The month in progress
-- takes what is there, up to the last whole day, as long as no resource lags by more
-- than it may.
reach as (
    select
        months.score_month,
        months.as_of,
        metric_sources.metric,
        metric_sources.metric_group,
        metric_sources.window_days,
        metric_sources.earlier_windows,
        metric_sources.min_denominator,
        metric_sources.is_configured,
        metric_sources.is_loaded,
        metric_sources.complete_from,
        metric_sources.complete_through,
        case
            when
                months.is_provisional
                and metric_sources.complete_through < months.as_of
                then metric_sources.whole_days_through
            else months.as_of
        end as reaches_to,
        case
            when months.is_provisional
                then {{ dbt.dateadd(
                    'hour', '-metric_sources.freshness_hours', 'months.as_of'
                ) }}
            else months.as_of
        end as has_to_reach
    from months
    cross join metric_sources
),

windows as (
    select
        score_month,
        metric,
        metric_group,
        as_of,
        window_days,
        coalesce(earlier_windows, 0) as earlier_windows,
        min_denominator,
        min(reaches_to) as window_ends_at,
        {{ dbt.dateadd('day', '-coalesce(window_days, 0)', 'min(reaches_to)') }}
            as window_starts_at,
        {{ dbt.dateadd(
            'day',
            '-coalesce(window_days, 0) * (1 + coalesce(earlier_windows, 0))',
            'min(reaches_to)'
        ) }} as reads_from,
        max(complete_from) as complete_from,
        min(complete_through) as complete_through,
        bool_and(is_configured) as is_configured,
        bool_and(is_loaded) as is_loaded,
        bool_or(complete_through < has_to_reach) as is_behind
    from reach
    group by
        score_month,
        metric,
        metric_group,
        as_of,
        window_days,
        earlier_windows,
        min_denominator
),

final as (
    select
        score_month,
        metric,
        metric_group,
        as_of,
        window_days,
        earlier_windows,
        min_denominator,
        window_starts_at,
        window_ends_at,
        is_configured,
        is_loaded,
        not is_loaded or is_behind or complete_from > reads_from as is_late,
        complete_from,
        case when is_loaded then least(as_of, complete_through) end as observed_at
    from windows
)

select * from final
