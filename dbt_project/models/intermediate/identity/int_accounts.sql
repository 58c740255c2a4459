with accounts as (
    select * from {{ ref('stg_salesforce__accounts') }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

final as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.company_id,
        accounts.registrable_domain,
        accounts.parent_account_id,
        accounts.created_at,
        accounts.updated_at
    from accounts
    inner join aliases
        on accounts.account_id = aliases.alias_id
    where
        not accounts.is_deleted
        and not aliases.is_test
)

select * from final
