{{ config(materialized='replace_months', batch='month') }}

with days as (
    select * from {{ ref('int_product_days_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and reads_activity
),

activity as (
    select * from {{ ref('int_product_activity') }}
),

feature_usage as (
    select * from {{ ref('int_person_feature_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

visitors as (
    select * from {{ ref('stg_pendo__visitors') }}
    where not is_excluded
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'pendo'
),

people as (
    select
        days.score_month,
        days.window_starts_at,
        days.window_ends_at,
        links.account_id,
        visitors.person_key,
        count(distinct activity.day_ms) as active_days,
        cast(sum(activity.minutes) as bigint) as minutes
    from activity
    inner join days
        on activity.day_ms = days.day_ms
    inner join visitors
        on activity.visitor_id = visitors.visitor_id
    inner join links
        on activity.pendo_account_id = links.source_id
    group by
        days.score_month,
        days.window_starts_at,
        days.window_ends_at,
        links.account_id,
        visitors.person_key
),

value_actions as (
    select
        score_month,
        window_starts_at,
        window_ends_at,
        account_id,
        person_key,
        cast(sum(value_actions) as bigint) as value_actions
    from feature_usage
    group by score_month, window_starts_at, window_ends_at, account_id, person_key
),

final as (
    select
        people.score_month,
        people.window_starts_at,
        people.window_ends_at,
        people.account_id,
        people.person_key,
        people.active_days,
        people.minutes,
        coalesce(value_actions.value_actions, 0) as value_actions
    from people
    left join value_actions
        on
            people.score_month = value_actions.score_month
            and people.window_starts_at = value_actions.window_starts_at
            and people.window_ends_at = value_actions.window_ends_at
            and people.account_id = value_actions.account_id
            and people.person_key = value_actions.person_key
)

select * from final
