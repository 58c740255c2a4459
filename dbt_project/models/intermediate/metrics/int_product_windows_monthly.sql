{{ config(materialized='replace_months') }}

with windows as (
    select * from {{ ref('int_metric_windows') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_sources as (
    select * from {{ ref('int_metric_sources') }}
),

steps as (
    {% for windows_before in range(4) %}
        select {{ windows_before }} as windows_before
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

product_metrics as (
    select
        metric,
        max(case when resource = 'events' then 1 else 0 end) = 1 as reads_activity
    from metric_sources
    where
        source = 'pendo'
        and resource in ('events', 'feature_events', 'track_events')
        and window_days is not null
    group by metric
),

final as (
    select
        windows.score_month,
        windows.metric,
        steps.windows_before,
        {{ dbt.dateadd(
            'day', '-windows.window_days * steps.windows_before',
            'windows.window_starts_at'
        ) }} as window_starts_at,
        {{ dbt.dateadd(
            'day', '-windows.window_days * steps.windows_before',
            'windows.window_ends_at'
        ) }} as window_ends_at,
        product_metrics.reads_activity
    from windows
    inner join product_metrics
        on windows.metric = product_metrics.metric
    inner join steps
        on steps.windows_before <= windows.earlier_windows
)

select * from final
