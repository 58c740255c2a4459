{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('usage') }}
),

people as (
    select * from {{ ref('int_person_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

active_users as (
    select * from people
    where value_actions > 0
),

metric_rows as (
    select
        {{ metric_columns(
            value="case
                when seats > 0 then least(cast(count(person_key) as double) / seats, 1.5)
            end",
            value_basis="seats_basis",
            not_applicable_reason="case
                when seats_basis is null then 'nothing_recorded'
                when coalesce(seats, 0) = 0 then 'nothing_sold'
            end"
        ) }}
    from account_windows
    left join active_users
        using (account_id, score_month, window_starts_at, window_ends_at)
    where metric = 'seat_utilisation_rate'
    group by account_id, score_month, metric, seats, seats_basis

    union all

    -- Nobody active is 0: a dying account must not drop out of its worst metrics.
    select
        {{ metric_columns(value="coalesce(avg(active_days), 0)") }}
    from account_windows
    left join active_users
        using (account_id, score_month, window_starts_at, window_ends_at)
    where metric = 'active_days_per_user'
    group by account_id, score_month, metric
)

select * from metric_rows
