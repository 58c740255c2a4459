with source as (
    select * from {{ source('pendo', 'guides') }}
),

final as (
    select
        id as guide_id,
        name as guide_name,
        state
    from source
)

select * from final
