{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('engagement') }}
),

engagements as (
    select * from {{ ref('int_engagements') }}
),

engaged as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        account_windows.as_of,
        account_windows.days_since_first_paid,
        max(engagements.engaged_at) as last_engaged_at,
        count(distinct engagements.method_and_day) as engagements
    from account_windows
    left join engagements
        on
            account_windows.account_id = engagements.account_id
            and engagements.engaged_at < account_windows.window_ends_at
            and (
                account_windows.metric = 'days_since_engagement'
                or engagements.engaged_at >= account_windows.window_starts_at
            )
    group by
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        account_windows.as_of,
        account_windows.days_since_first_paid
),

metric_rows as (
    select
        {{ metric_columns(
            value="case when last_engaged_at is null then days_since_first_paid"
                ~ " else " ~ whole_days('last_engaged_at', 'as_of') ~ " end"
        ) }}
    from engaged
    where metric = 'days_since_engagement'

    union all

    select
        {{ metric_columns(value="engagements") }}
    from engaged
    where metric = 'engagements'
)

select * from metric_rows
