{{ config(materialized='replace_months', batch='month') }}

with days as (
    select * from {{ ref('int_product_days_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

product_features as (
    select * from {{ ref('product_features') }}
),

visitors as (
    select * from {{ ref('stg_pendo__visitors') }}
    where not is_excluded
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'pendo'
),

uses as (
    select
        'feature' as pendo_kind,
        feature_id as pendo_id,
        day_ms,
        pendo_account_id,
        visitor_id,
        event_count,
        minutes
    from {{ ref('stg_pendo__feature_events') }}

    union all

    select
        'track_type' as pendo_kind,
        track_type_id as pendo_id,
        day_ms,
        pendo_account_id,
        visitor_id,
        event_count,
        minutes
    from {{ ref('stg_pendo__track_events') }}
),

-- Summed up by day first, so that the days of a window need no distinct count.
days_read as (
    select distinct day_ms from days
),

daily_usage as (
    select
        uses.day_ms,
        links.account_id,
        visitors.person_key,
        product_features.feature,
        sum(uses.event_count) as actions,
        sum(
            case when product_features.is_value_action then uses.event_count else 0 end
        ) as value_actions,
        sum(uses.minutes) as minutes
    from uses
    inner join days_read
        on uses.day_ms = days_read.day_ms
    inner join product_features
        on
            uses.pendo_kind = product_features.pendo_kind
            and uses.pendo_id = product_features.pendo_id
    inner join visitors
        on uses.visitor_id = visitors.visitor_id
    inner join links
        on uses.pendo_account_id = links.source_id
    where uses.event_count > 0
    group by
        uses.day_ms, links.account_id, visitors.person_key, product_features.feature
),

final as (
    select
        days.score_month,
        days.window_starts_at,
        days.window_ends_at,
        daily_usage.account_id,
        daily_usage.person_key,
        daily_usage.feature,
        cast(sum(daily_usage.actions) as bigint) as actions,
        cast(sum(daily_usage.value_actions) as bigint) as value_actions,
        count(*) as active_days,
        cast(sum(daily_usage.minutes) as bigint) as minutes
    from daily_usage
    inner join days
        on daily_usage.day_ms = days.day_ms
    group by
        days.score_month,
        days.window_starts_at,
        days.window_ends_at,
        daily_usage.account_id,
        daily_usage.person_key,
        daily_usage.feature
)

select * from final
