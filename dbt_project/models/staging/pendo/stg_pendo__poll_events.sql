with source as (
    select * from {{ source('pendo', 'poll_events') }}
),

final as (
    select
        visitor_id,
        account_id as pendo_account_id,
        guide_id,
        poll_id,
        {{ from_epoch_ms('browser_time') }} as answered_at,
        poll_response as response,
        type as event_type
    from source
)

select * from final
