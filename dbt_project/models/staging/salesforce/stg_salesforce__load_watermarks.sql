with source as (
    select * from {{ source('salesforce', 'load_watermarks') }}
),

final as (
    select
        'salesforce' as source,
        resource,
        complete_from,
        complete_through,
        loaded_at
    from source
)

select * from final
