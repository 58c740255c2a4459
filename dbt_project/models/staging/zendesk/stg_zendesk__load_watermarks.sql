with source as (
    select * from {{ source('zendesk', 'load_watermarks') }}
),

final as (
    select
        'zendesk' as source,
        resource,
        complete_from,
        complete_through,
        loaded_at
    from source
)

select * from final
