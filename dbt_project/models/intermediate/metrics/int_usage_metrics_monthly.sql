{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('usage') }}
),

product_use as (
    select * from {{ ref('int_product_use_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

people as (
    select * from {{ ref('int_person_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

invites as (
    select * from {{ ref('int_invites_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_rows as (
    select
        {{ metric_columns(
            value="case when seats > 0 then least(active_users / seats, 1.5) end",
            value_basis="seats_basis",
            not_applicable_reason=no_seats_reason()
        ) }}
    from account_windows
    inner join product_use using (account_id, score_month, metric)
    where metric = 'seat_utilisation_rate'

    union all

    -- Nobody active is 0: a dying account must not drop out of its worst metrics.
    select
        {{ metric_columns(
            value="coalesce(avg(case when value_actions > 0 then active_days end), 0)"
        ) }}
    from account_windows
    left join people
        using (account_id, score_month, window_starts_at, window_ends_at)
    where metric = 'active_days_per_user'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(
            value="case when seats > 0 then cast(count(person_key) as double) / seats end",
            value_basis="seats_basis",
            not_applicable_reason=no_seats_reason()
        ) }}
    from account_windows
    left join people
        using (account_id, score_month, window_starts_at, window_ends_at)
    where metric = 'active_people_rate'
    group by account_id, score_month, metric, seats, seats_basis

    union all

    select
        {{ metric_columns(value="coalesce(avg(minutes), 0)") }}
    from account_windows
    left join people
        using (account_id, score_month, window_starts_at, window_ends_at)
    where metric = 'minutes_per_user'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(
            value=relative_change("active_users", "base_active_users"),
            denominator=change_denominator("active_users", "base_active_users")
        ) }}
    from account_windows
    inner join product_use using (account_id, score_month, metric)
    where metric = 'active_users_change'

    union all

    select
        {{ metric_columns(value="avg(has_come)", denominator="count(has_come)") }}
    from account_windows
    left join invites using (account_id, score_month)
    where metric = 'invite_acceptance_rate'
    group by account_id, score_month, metric
)

select * from metric_rows
