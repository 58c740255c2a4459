with source as (
    select * from {{ source('salesforce', 'contracts') }}
),

final as (
    select
        id as contract_id,
        coalesce(is_deleted, false) as is_deleted,
        account_id,
        status,
        status_code,
        start_date,
        end_date,
        contract_term as contract_term_months,
        activated_date as activated_at,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
