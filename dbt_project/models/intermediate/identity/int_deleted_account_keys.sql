with accounts as (
    select * from {{ ref('stg_salesforce__accounts') }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

deleted as (
    select accounts.*
    from accounts
    left join aliases
        on accounts.account_id = aliases.alias_id
    where aliases.alias_id is null
),

final as (
    select
        'company_id' as key_kind,
        company_id as key_value
    from deleted
    where company_id is not null

    union

    select
        'company_id_lower' as key_kind,
        lower(company_id) as key_value
    from deleted
    where company_id is not null

    union

    select
        'salesforce_id_18' as key_kind,
        lower(account_id) as key_value
    from deleted

    union

    select
        'salesforce_id_15' as key_kind,
        left(account_id, 15) as key_value
    from deleted
)

select * from final
