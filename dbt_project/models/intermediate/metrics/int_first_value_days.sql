with uses as (
    select
        'feature' as pendo_kind,
        feature_id as pendo_id,
        day_ms,
        pendo_account_id,
        visitor_id
    from {{ ref('stg_pendo__feature_events') }}
    where event_count > 0

    union all

    select
        'track_type' as pendo_kind,
        track_type_id as pendo_id,
        day_ms,
        pendo_account_id,
        visitor_id
    from {{ ref('stg_pendo__track_events') }}
    where event_count > 0
),

value_features as (
    select * from {{ ref('product_features') }}
    where is_value_action
),

visitors as (
    select * from {{ ref('stg_pendo__visitors') }}
    where not is_excluded
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'pendo'
),

days as (
    select * from {{ ref('int_product_days') }}
),

first_days as (
    select
        links.account_id,
        min(uses.day_ms) as day_ms
    from uses
    inner join value_features
        on
            uses.pendo_kind = value_features.pendo_kind
            and uses.pendo_id = value_features.pendo_id
    inner join visitors
        on uses.visitor_id = visitors.visitor_id
    inner join links
        on uses.pendo_account_id = links.source_id
    group by links.account_id
),

final as (
    select
        first_days.account_id,
        days.activity_date,
        days.day_ends_at
    from first_days
    inner join days
        on first_days.day_ms = days.day_ms
)

select * from final
