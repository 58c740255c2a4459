with source as (
    select * from {{ source('pendo', 'track_types') }}
),

final as (
    select
        id as track_type_id,
        name,
        track_type_name,
        {{ from_epoch_ms('last_updated_at') }} as updated_at
    from source
)

select * from final
