{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('engagement') }}
),

engagements as (
    select * from {{ ref('int_engagements') }}
),

-- One row per engagement in the window of the metric (of all times, where it asks for
-- the last one); an account without any keeps one row.
engaged as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        account_windows.as_of,
        account_windows.days_since_first_paid,
        engagements.method_and_day,
        engagements.engaged_at
    from account_windows
    left join engagements
        on
            account_windows.account_id = engagements.account_id
            and engagements.engaged_at < account_windows.window_ends_at
            and (
                account_windows.metric = 'days_since_engagement'
                or engagements.engaged_at >= account_windows.window_starts_at
            )
),

metric_rows as (
    select
        {{ metric_columns(
            value="case
                when max(engaged_at) is null then days_since_first_paid
                else " ~ whole_days("max(engaged_at)", "as_of") ~ "
            end"
        ) }}
    from engaged
    where metric = 'days_since_engagement'
    group by account_id, score_month, metric, as_of, days_since_first_paid

    union all

    select
        {{ metric_columns(value="count(distinct method_and_day)") }}
    from engaged
    where metric = 'engagements'
    group by account_id, score_month, metric
)

select * from metric_rows
