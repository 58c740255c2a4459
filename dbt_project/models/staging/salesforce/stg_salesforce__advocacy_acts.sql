with source as (
    select * from {{ source('salesforce', 'advocacy_acts') }}
),

final as (
    select
        id as advocacy_act_id,
        coalesce(is_deleted, false) as is_deleted,
        account_c as account_id,
        {{ snake_case('type_c') }} as act_type,
        act_date_c as acted_on,
        rating_c as rating,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
