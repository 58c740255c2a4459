with source as (
    select * from {{ source('salesforce', 'event_relations') }}
),

final as (
    select
        id as event_relation_id,
        coalesce(is_deleted, false) as is_deleted,
        event_id,
        relation_id,
        status,
        system_modstamp as updated_at
    from source
)

select * from final
