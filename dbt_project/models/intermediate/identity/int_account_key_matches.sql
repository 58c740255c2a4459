with vendor_keys as (
    select * from {{ ref('int_vendor_account_keys') }}
),

account_keys as (
    select * from {{ ref('int_account_keys') }}
),

final as (
    select distinct
        vendor_keys.source,
        vendor_keys.source_id,
        vendor_keys.precedence,
        vendor_keys.link_method,
        account_keys.account_id,
        coalesce(account_keys.is_test, false) as is_test
    from vendor_keys
    left join account_keys
        on
            vendor_keys.key_kind = account_keys.key_kind
            and vendor_keys.key_value = account_keys.key_value
    -- A manual link that leads nowhere is a decision of people to mend, not one
    -- to replace.
    where
        account_keys.account_id is not null
        or vendor_keys.link_method = 'manual'
)

select * from final
