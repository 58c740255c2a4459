with segments as (
    select * from {{ ref('int_account_segments') }}
    where attribute_basis = 'recorded' and valid_until is null
),

paying_accounts as (
    select * from {{ ref('int_paying_accounts') }}
),

violations as (
    select
        account_id,
        'NumberOfEmployees' as field,
        cast(employees as {{ dbt.type_string() }}) as field_value,
        'unknown' as treated_as,
        'unmapped_value' as reason
    from segments
    where size_segment = 'unknown'

    union all

    select
        segments.account_id,
        'Lifecycle_Stage__c' as field,
        segments.crm_lifecycle_stage as field_value,
        case
            when paying_accounts.account_id is not null then 'implemented'
            else 'unknown'
        end as treated_as,
        'unmapped_value' as reason
    from segments
    left join paying_accounts
        on segments.account_id = paying_accounts.account_id
    where segments.lifecycle_stage = 'unknown'

    union all

    select
        segments.account_id,
        'Lifecycle_Stage__c' as field,
        segments.crm_lifecycle_stage as field_value,
        'implemented' as treated_as,
        'contradicts_subscription' as reason
    from segments
    inner join paying_accounts
        on segments.account_id = paying_accounts.account_id
    where segments.lifecycle_stage in ('prospect', 'churned')

    union all

    select
        account_id,
        case
            when trim(billing_country) <> '' then 'BillingState'
            else 'BillingCountry'
        end as field,
        case
            when trim(billing_country) <> ''
                then concat(billing_country, ', ', coalesce(billing_state, ''))
        end as field_value,
        'unknown' as treated_as,
        'unmapped_value' as reason
    from segments
    where region = 'unknown'
),

final as (
    select
        'salesforce.accounts' as resource,
        account_id as record_id,
        field,
        case
            when reason = 'unmapped_value' and coalesce(trim(field_value), '') = ''
                then 'missing_value'
            else reason
        end as reason,
        field_value,
        treated_as,
        account_id
    from violations
)

select * from final
