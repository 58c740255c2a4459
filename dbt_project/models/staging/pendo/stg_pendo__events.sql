with source as (
    select * from {{ source('pendo', 'events') }}
),

final as (
    select
        day as day_ms,
        account_id as pendo_account_id,
        visitor_id,
        app_id,
        num_events as event_count,
        num_minutes as minutes
    from source
)

select * from final
