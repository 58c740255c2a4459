with health_overrides as (
    select
        *,
        {{ last_day_of_override('created_at') }} as last_day
    from {{ ref('stg_salesforce__health_overrides') }}
    where not is_deleted
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
    where not is_test
),

violations as (
    select
        health_override_id,
        account_id,
        'Band__c' as field,
        case when band is null then 'missing_value' else 'unmapped_value' end as reason,
        band as field_value,
        'no override' as treated_as
    from health_overrides
    where band is null or band not in ('green', 'yellow', 'red')

    union all

    select
        health_override_id,
        account_id,
        'Expires_On__c' as field,
        case when expires_on is null then 'missing_value' else 'expires_too_late' end
            as reason,
        cast(expires_on as {{ dbt.type_string() }}) as field_value,
        cast(last_day as {{ dbt.type_string() }}) as treated_as
    from health_overrides
    where
        band in ('green', 'yellow', 'red')
        and (expires_on is null or expires_on > last_day)
),

final as (
    select
        'salesforce.health_overrides' as resource,
        violations.health_override_id as record_id,
        violations.field,
        violations.reason,
        violations.field_value,
        violations.treated_as,
        aliases.account_id
    from violations
    inner join aliases on violations.account_id = aliases.alias_id
)

select * from final
