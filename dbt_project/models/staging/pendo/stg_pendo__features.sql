with source as (
    select * from {{ source('pendo', 'features') }}
),

final as (
    select
        id as feature_id,
        name as feature_name,
        group__name as group_name,
        is_core_event,
        {{ from_epoch_ms('last_updated_at') }} as updated_at
    from source
)

select * from final
