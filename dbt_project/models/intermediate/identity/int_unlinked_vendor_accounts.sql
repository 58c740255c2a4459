with vendor_accounts as (
    select * from {{ ref('int_vendor_accounts') }}
),

domains as (
    select * from {{ ref('int_vendor_account_domains') }}
),

vendor_keys as (
    select * from {{ ref('int_vendor_account_keys') }}
),

candidates as (
    select * from {{ ref('int_account_link_candidates') }}
),

domain_kinds as (
    select
        source,
        source_id,
        {{ dbt.listagg('domain', "'; '", 'order by domain') }} as domains,
        min(case when is_own then 1 else 0 end) = 1 as is_ours,
        min(case when is_freemail then 1 else 0 end) = 1 as is_freemail_only
    from domains
    group by source, source_id
),

deleted_accounts as (
    select distinct
        vendor_keys.source,
        vendor_keys.source_id
    from vendor_keys
    inner join {{ ref('int_deleted_account_keys') }} as deleted_keys
        on
            vendor_keys.key_kind = deleted_keys.key_kind
            and vendor_keys.key_value = deleted_keys.key_value
),

final as (
    select
        vendor_accounts.source,
        vendor_accounts.source_id,
        vendor_accounts.source_name,
        case
            when candidates.link_method = 'manual' and candidates.accounts = 0
                then 'manual_link_broken'
            when candidates.link_method = 'domain' then 'ambiguous_domain'
            when candidates.accounts > 1 then 'ambiguous_id'
            when deleted_accounts.source is not null then 'deleted_account'
            when domain_kinds.is_freemail_only then 'freemail_only'
            when
                vendor_accounts.shared_id is null and domain_kinds.source is null
                then 'no_key'
            else 'no_match'
        end as reason,
        vendor_accounts.shared_id,
        domain_kinds.domains
    from vendor_accounts
    left join candidates
        on
            vendor_accounts.source = candidates.source
            and vendor_accounts.source_id = candidates.source_id
    left join domain_kinds
        on
            vendor_accounts.source = domain_kinds.source
            and vendor_accounts.source_id = domain_kinds.source_id
    left join deleted_accounts
        on
            vendor_accounts.source = deleted_accounts.source
            and vendor_accounts.source_id = deleted_accounts.source_id
    where
        not vendor_accounts.is_test
        and coalesce(candidates.accounts, 0) <> 1
        and not coalesce(
            candidates.accounts = 0 and candidates.names_test_account, false
        )
        and not (candidates.source is null and coalesce(domain_kinds.is_ours, false))
        and not (
            vendor_accounts.source = 'zendesk'
            and vendor_accounts.deleted_at is not null
        )
)

select * from final
