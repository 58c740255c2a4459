with source as (
    select * from {{ source('zendesk', 'organizations') }}
),

final as (
    select
        id as organization_id,
        name as organization_name,
        nullif(trim(external_id), '') as external_id,
        nullif(trim(organization_fields__salesforce_id), '') as salesforce_id,
        created_at,
        updated_at,
        deleted_at
    from source
)

select * from final
