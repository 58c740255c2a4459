with candidates as (
    select * from {{ ref('int_account_link_candidates') }}
),

vendor_accounts as (
    select * from {{ ref('int_vendor_accounts') }}
),

final as (
    select
        candidates.source,
        candidates.source_id,
        candidates.account_id,
        candidates.link_method,
        vendor_accounts.deleted_at
    from candidates
    inner join vendor_accounts
        on
            candidates.source = vendor_accounts.source
            and candidates.source_id = vendor_accounts.source_id
    where candidates.accounts = 1
)

select * from final
