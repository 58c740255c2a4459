with accounts as (
    select * from {{ ref('stg_salesforce__accounts') }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

freemail_domains as (
    select * from {{ ref('freemail_domains') }}
),

own_domains as (
    select * from {{ ref('own_domains') }}
),

-- What was known of a merged account is known of the one that survived it.
known as (
    select
        aliases.account_id,
        aliases.is_test,
        aliases.alias_id,
        accounts.company_id,
        accounts.registrable_domain
    from aliases
    inner join accounts
        on aliases.alias_id = accounts.account_id
),

keys as (
    select
        account_id,
        is_test,
        'company_id' as key_kind,
        company_id as key_value
    from known
    where company_id is not null

    union

    select
        account_id,
        is_test,
        'company_id_lower' as key_kind,
        lower(company_id) as key_value
    from known
    where company_id is not null

    union

    select
        account_id,
        is_test,
        'salesforce_id_18' as key_kind,
        lower(alias_id) as key_value
    from known

    union

    select
        account_id,
        is_test,
        'salesforce_id_15' as key_kind,
        left(alias_id, 15) as key_value
    from known

    union

    select
        account_id,
        is_test,
        'domain' as key_kind,
        registrable_domain as key_value
    from known
    where
        registrable_domain is not null
        and not is_test
        and registrable_domain not in (select domain from freemail_domains)
        and registrable_domain not in (select lower(domain) from own_domains)
),

final as (
    select
        key_kind,
        key_value,
        account_id,
        is_test
    from keys
)

select * from final
