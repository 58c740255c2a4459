-- A changed reference is logged under its relationship (`Owner`), once with names and
-- once with ids: the ids are what other records hold.
with source as (
    select * from {{ source('salesforce', 'account_history') }}
    where not coalesce(is_deleted, false)
),

final as (
    select
        id as account_history_id,
        account_id,
        case when field = 'Owner' then 'OwnerId' else field end as field,
        old_value,
        new_value,
        created_date as changed_at
    from source
    where
        field not in ('Owner', 'OwnerId', 'CSM__c')
        or coalesce(new_value, old_value) like '005%'
)

select * from final
