{{ config(materialized='replace_months') }}

with product_windows as (
    select * from {{ ref('int_product_windows_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

days as (
    select * from {{ ref('int_product_days') }}
),

-- Metrics of one length share a window: one, or two while another of their sources
-- lags.
shared_windows as (
    select
        score_month,
        window_starts_at,
        window_ends_at,
        min(windows_before) > 0 as is_earlier,
        max(case when reads_activity then 1 else 0 end) = 1 as reads_activity
    from product_windows
    group by score_month, window_starts_at, window_ends_at
),

-- A day counts by its local date, and only if it ended before the instant; between two
-- windows none is lost.
final as (
    select
        shared_windows.score_month,
        shared_windows.window_starts_at,
        shared_windows.window_ends_at,
        shared_windows.reads_activity,
        days.day_ms
    from shared_windows
    inner join days
        on
            days.activity_date >= cast(shared_windows.window_starts_at as date)
            and days.activity_date <= cast(shared_windows.window_ends_at as date)
    where
        days.day_ends_at <= shared_windows.window_ends_at
        or (
            shared_windows.is_earlier
            and days.activity_date < cast(shared_windows.window_ends_at as date)
        )
)

select * from final
