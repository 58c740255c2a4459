with source as (
    select * from {{ source('zendesk', 'satisfaction_ratings') }}
),

final as (
    select
        id as satisfaction_rating_id,
        ticket_id,
        requester_id,
        score,
        created_at,
        updated_at
    from source
)

select * from final
