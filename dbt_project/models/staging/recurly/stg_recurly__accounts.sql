with accounts as (
    select * from {{ source('recurly', 'accounts') }}
),

custom_fields as (
    select * from {{ source('recurly', 'accounts__custom_fields') }}
),

salesforce_ids as (
    select
        _dlt_parent_id,
        max(nullif(trim(value), '')) as salesforce_id
    from custom_fields
    where {{ snake_case('name') }} in ('salesforce_id', 'salesforce_account_id')
    group by _dlt_parent_id
),

final as (
    select
        accounts.id as recurly_account_id,
        nullif(trim(accounts.code), '') as code,
        accounts.state,
        accounts.email,
        accounts.registrable_domain,
        accounts.company as company_name,
        accounts.parent_account_id,
        salesforce_ids.salesforce_id,
        accounts.created_at,
        accounts.updated_at,
        accounts.deleted_at
    from accounts
    left join salesforce_ids
        on accounts._dlt_id = salesforce_ids._dlt_parent_id
)

select * from final
