with source as (
    select * from {{ source('salesforce', 'health_overrides') }}
),

final as (
    select
        id as health_override_id,
        coalesce(is_deleted, false) as is_deleted,
        account_c as account_id,
        {{ snake_case('band_c') }} as band,
        reason_code_c as reason_code,
        expires_on_c as expires_on,
        created_by_id,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
