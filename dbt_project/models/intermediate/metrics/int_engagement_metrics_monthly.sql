{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('engagement') }}
),

-- Engagements in the window (of all times, where the last one is asked for); an account
-- without any keeps one row.
engaged as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        account_windows.as_of,
        account_windows.days_since_first_paid,
        engagements.method,
        engagements.method_and_day,
        engagements.engaged_at
    from account_windows
    left join {{ ref('int_engagements') }} as engagements
        on
            account_windows.account_id = engagements.account_id
            and engagements.engaged_at < account_windows.window_ends_at
            and (
                account_windows.metric = 'days_since_engagement'
                or engagements.engaged_at >= account_windows.window_starts_at
            )
),

-- The last two weeks of the window are left to answer.
outreach as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        case
            when outreach.answered_at < account_windows.window_ends_at then 1 else 0
        end as answered,
        case when outreach.acted_at < account_windows.window_ends_at then 1 else 0 end
            as acted_on
    from account_windows
    inner join {{ ref('int_outreach') }} as outreach
        on
            account_windows.account_id = outreach.account_id
            and outreach.sent_at >= account_windows.window_starts_at
            and outreach.sent_at
            < {{ dbt.dateadd('day', -14, 'account_windows.window_ends_at') }}
    where outreach.is_delivered
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

    union all

    select
        {{ metric_columns(value="count(distinct method)") }}
    from engaged
    where metric = 'engagement_methods'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(value="avg(answered)", denominator="count(answered)") }}
    from account_windows
    left join outreach using (account_id, score_month, metric)
    where metric = 'outreach_response_rate'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(value="avg(acted_on)", denominator="count(acted_on)") }}
    from account_windows
    left join outreach using (account_id, score_month, metric)
    where metric = 'outreach_acted_rate'
    group by account_id, score_month, metric
)

select * from metric_rows
