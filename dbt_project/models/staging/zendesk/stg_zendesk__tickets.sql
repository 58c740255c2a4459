with source as (
    select * from {{ source('zendesk', 'tickets') }}
),

final as (
    select
        id as ticket_id,
        type as ticket_type,
        priority,
        status,
        requester_id,
        organization_id,
        via__channel as channel,
        created_at,
        updated_at,
        {{ from_epoch_ms('generated_timestamp * 1000') }} as generated_at,
        metric_set__solved_at as solved_at,
        metric_set__reopens as reopens
    from source
)

select * from final
