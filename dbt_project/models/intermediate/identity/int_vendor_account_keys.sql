with vendor_accounts as (
    select * from {{ ref('int_vendor_accounts') }}
    where not is_test
),

domains as (
    select * from {{ ref('int_vendor_account_domains') }}
),

manual_links as (
    select * from {{ ref('account_links') }}
),

shared_ids as (
    select
        source,
        source_id,
        case source when 'zendesk' then 'company_id_lower' else 'company_id' end
            as key_kind,
        case source
            when 'zendesk' then lower(trim(shared_id))
            when 'recurly' then trim(shared_id)
            else shared_id
        end as key_value
    from vendor_accounts
),

-- A Salesforce id in the field made for it, or as the very id that the systems share.
salesforce_ids as (
    select
        source,
        source_id,
        trim(salesforce_id) as salesforce_id
    from vendor_accounts

    union

    select
        source,
        source_id,
        trim(shared_id) as salesforce_id
    from vendor_accounts
),

keys as (
    select
        vendor_accounts.source,
        vendor_accounts.source_id,
        1 as precedence,
        'manual' as link_method,
        {{ salesforce_key('manual_links.account_id') }}
    from vendor_accounts
    inner join manual_links
        on
            vendor_accounts.source = manual_links.source
            and vendor_accounts.source_id = manual_links.source_id

    union all

    select
        source,
        source_id,
        2 as precedence,
        'shared_id' as link_method,
        key_kind,
        key_value
    from shared_ids

    union all

    select
        source,
        source_id,
        3 as precedence,
        'vendor_id' as link_method,
        {{ salesforce_key('salesforce_id') }}
    from salesforce_ids

    union all

    select
        source,
        source_id,
        5 as precedence,
        'domain' as link_method,
        'domain' as key_kind,
        domain as key_value
    from domains
    where not is_freemail and not is_own
),

final as (
    select * from keys
    where key_value is not null
)

select * from final
