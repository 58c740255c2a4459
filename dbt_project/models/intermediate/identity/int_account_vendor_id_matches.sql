with vendor_accounts as (
    select * from {{ ref('int_vendor_accounts') }}
    where not is_test and shared_id is not null
),

matches as (
    select * from {{ ref('int_account_key_matches') }}
    where link_method <> 'domain'
),

first_matches as (
    select
        source,
        source_id,
        min(precedence) as precedence
    from matches
    group by source, source_id
),

linked as (
    select
        matches.source,
        matches.source_id,
        min(matches.account_id) as account_id
    from matches
    inner join first_matches
        on
            matches.source = first_matches.source
            and matches.source_id = first_matches.source_id
            and matches.precedence = first_matches.precedence
    where not matches.is_test
    group by matches.source, matches.source_id
    having count(distinct matches.account_id) = 1
),

known_ids as (
    select
        linked.source,
        linked.account_id,
        trim(vendor_accounts.shared_id) as vendor_id
    from linked
    inner join vendor_accounts
        on
            linked.source = vendor_accounts.source
            and linked.source_id = vendor_accounts.source_id
),

unmatched as (
    select
        vendor_accounts.source,
        vendor_accounts.source_id,
        trim(vendor_accounts.shared_id) as vendor_id
    from vendor_accounts
    left join first_matches
        on
            vendor_accounts.source = first_matches.source
            and vendor_accounts.source_id = first_matches.source_id
    where first_matches.source is null
),

final as (
    select distinct
        unmatched.source,
        unmatched.source_id,
        4 as precedence,
        'vendor_id' as link_method,
        known_ids.account_id,
        false as is_test
    from unmatched
    inner join known_ids
        on lower(unmatched.vendor_id) = lower(known_ids.vendor_id)
    -- Zendesk alone keeps ids without regard to case.
    where
        unmatched.source <> known_ids.source
        and (
            unmatched.vendor_id = known_ids.vendor_id
            or 'zendesk' in (unmatched.source, known_ids.source)
        )
)

select * from final
