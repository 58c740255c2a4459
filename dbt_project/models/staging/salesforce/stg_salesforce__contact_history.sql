-- A changed reference is logged under its relationship (`Account`), once with names and
-- once with ids: the ids are what other records hold.
with source as (
    select * from {{ source('salesforce', 'contact_history') }}
    where not coalesce(is_deleted, false)
),

final as (
    select
        id as contact_history_id,
        contact_id,
        case when field = 'Account' then 'AccountId' else field end as field,
        old_value,
        new_value,
        created_date as changed_at
    from source
    where
        field not in ('Account', 'AccountId')
        or coalesce(new_value, old_value) like '001%'
)

select * from final
