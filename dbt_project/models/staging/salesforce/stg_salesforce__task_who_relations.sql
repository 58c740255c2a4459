with source as (
    select * from {{ source('salesforce', 'task_who_relations') }}
),

final as (
    select
        id as task_who_relation_id,
        coalesce(is_deleted, false) as is_deleted,
        task_id,
        relation_id,
        system_modstamp as updated_at
    from source
)

select * from final
