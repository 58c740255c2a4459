with source as (
    select * from {{ source('salesforce', 'users') }}
),

final as (
    select
        id as user_id,
        name as user_name,
        email,
        department,
        is_active,
        user_type,
        created_date as created_at,
        last_modified_date as last_modified_at,
        system_modstamp as updated_at
    from source
)

select * from final
