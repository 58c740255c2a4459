with key_matches as (
    select * from {{ ref('int_account_key_matches') }}
),

vendor_id_matches as (
    select * from {{ ref('int_account_vendor_id_matches') }}
),

matches as (
    select * from key_matches

    union all

    select * from vendor_id_matches
),

first_matches as (
    select
        source,
        source_id,
        min(precedence) as precedence
    from matches
    group by source, source_id
),

final as (
    select
        matches.source,
        matches.source_id,
        matches.precedence,
        max(matches.link_method) as link_method,
        min(case when not matches.is_test then matches.account_id end) as account_id,
        count(distinct case when not matches.is_test then matches.account_id end)
            as accounts,
        max(case when matches.is_test then 1 else 0 end) = 1 as names_test_account
    from matches
    inner join first_matches
        on
            matches.source = first_matches.source
            and matches.source_id = first_matches.source_id
            and matches.precedence = first_matches.precedence
    group by matches.source, matches.source_id, matches.precedence
)

select * from final
