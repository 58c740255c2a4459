with source as (
    select * from {{ source('recurly', 'load_watermarks') }}
),

final as (
    select
        'recurly' as source,
        resource,
        complete_from,
        complete_through,
        loaded_at
    from source
)

select * from final
