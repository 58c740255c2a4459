{{ config(materialized='replace_months') }}

with windows as (
    select * from {{ ref('int_metric_windows') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_sources as (
    select * from {{ ref('int_metric_sources') }}
),

days as (
    select * from {{ ref('int_product_days') }}
),

-- Metrics of one length share a window: one, or two while another of their sources
-- lags.
product_windows as (
    select distinct
        windows.score_month,
        windows.window_starts_at,
        windows.window_ends_at
    from windows
    inner join metric_sources
        on windows.metric = metric_sources.metric
    where
        metric_sources.source = 'pendo'
        and metric_sources.resource in ('events', 'feature_events', 'track_events')
        and windows.window_days is not null
),

-- A day counts by its local date, and only if it ended inside the window.
final as (
    select
        product_windows.score_month,
        product_windows.window_starts_at,
        product_windows.window_ends_at,
        days.day_ms
    from product_windows
    inner join days
        on
            days.activity_date >= cast(product_windows.window_starts_at as date)
            and days.day_ends_at <= product_windows.window_ends_at
)

select * from final
