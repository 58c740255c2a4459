with history as (
    select * from {{ ref('stg_salesforce__contact_history') }}
),

first_versions as (
    select
        contact_id,
        min(dbt_valid_from) as first_valid_from
    from {{ ref('snp_salesforce__contacts') }}
    group by contact_id
),

changes as (
    select
        history.contact_id,
        history.field,
        history.old_value,
        history.changed_at,
        lag(history.changed_at) over (
            partition by history.contact_id, history.field
            order by
                history.changed_at nulls last,
                history.contact_history_id nulls last
        ) as previously_changed_at
    from history
    inner join first_versions
        on
            history.contact_id = first_versions.contact_id
            and history.changed_at <= first_versions.first_valid_from
),

-- A field is known to be tracked from the first change of it in any contact's log.
roles_tracked as (
    select min(changed_at) as told_since
    from history
    where field = 'Role_Type__c'
),

moments as (
    select
        contact_id,
        changed_at as moment
    from changes

    union

    select
        contact_id,
        first_valid_from as moment
    from first_versions

    union

    select
        first_versions.contact_id,
        roles_tracked.told_since as moment
    from first_versions
    inner join roles_tracked
        on first_versions.first_valid_from > roles_tracked.told_since
),

stretches as (
    select
        contact_id,
        coalesce(
            lag(moment) over (partition by contact_id order by moment nulls last),
            cast('1970-01-01' as timestamp)
        ) as valid_from,
        moment as valid_until
    from moments
),

-- The value in a stretch is what the first change at or after its end replaced.
final as (
    select
        stretches.contact_id,
        stretches.valid_from,
        stretches.valid_until,
        coalesce(stretches.valid_from >= max(roles_tracked.told_since), false)
            as is_role_recorded,
        max(case when changes.field = 'Role_Type__c' then 1 else 0 end) = 1
            as has_role_type,
        max(case when changes.field = 'Role_Type__c' then changes.old_value end)
            as role_type,
        max(case when changes.field = 'AccountId' then 1 else 0 end) = 1
            as has_account_id,
        max(case when changes.field = 'AccountId' then changes.old_value end)
            as account_id
    from stretches
    cross join roles_tracked
    left join changes
        on
            stretches.contact_id = changes.contact_id
            and stretches.valid_until <= changes.changed_at
            and coalesce(stretches.valid_until > changes.previously_changed_at, true)
    group by stretches.contact_id, stretches.valid_from, stretches.valid_until
)

select * from final
