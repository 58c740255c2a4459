with source as (
    select * from {{ source('salesforce', 'accounts') }}
),

final as (
    select
        id as account_id,
        coalesce(is_deleted, false) as is_deleted,
        master_record_id as master_account_id,
        name as account_name,
        type as account_type,
        parent_id as parent_account_id,
        industry,
        number_of_employees as employees,
        website,
        registrable_domain,
        billing_state,
        billing_country,
        owner_id,
        csm_c as csm_id,
        csm_since_c as csm_since,
        nullif(trim(company_id_c), '') as company_id,
        lifecycle_stage_c as crm_lifecycle_stage,
        coalesce(is_high_growth_c, false) as is_high_growth,
        customer_since_c as customer_since,
        realised_value_c as realised_value,
        realised_value_date_c as realised_value_on,
        reference_since_c as reference_since,
        reference_until_c as reference_until,
        created_date as created_at,
        last_modified_date as last_modified_at,
        system_modstamp as updated_at
    from source
)

select * from final
