with source as (
    select * from {{ source('pendo', 'load_watermarks') }}
),

final as (
    select
        'pendo' as source,
        resource,
        complete_from,
        complete_through,
        loaded_at
    from source
)

select * from final
