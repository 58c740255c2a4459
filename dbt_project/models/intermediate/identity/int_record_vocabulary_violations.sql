with items as (
    select * from {{ ref('int_subscription_items') }}
),

seat_plans as (
    select * from {{ ref('plans') }}
),

csm_sentiments as (
    select * from {{ ref('stg_salesforce__csm_sentiments') }}
    where not is_deleted
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
    where not is_test
),

unknown_plans as (
    select distinct
        items.plan_code,
        items.add_on_code
    from items
    left join seat_plans
        on
            items.plan_code = seat_plans.plan_code
            and coalesce(items.add_on_code, '') = coalesce(seat_plans.add_on_code, '')
    where seat_plans.plan_code is null
),

final as (
    select
        case
            when add_on_code is null then 'recurly.plans' else 'recurly.add_ons'
        end as resource,
        case
            when add_on_code is null then plan_code
            else concat(plan_code, '/', add_on_code)
        end as record_id,
        'code' as field,
        'unmapped_value' as reason,
        coalesce(add_on_code, plan_code) as field_value,
        'not seat based' as treated_as,
        cast(null as {{ dbt.type_string() }}) as account_id
    from unknown_plans

    union all

    select
        'salesforce.csm_sentiments' as resource,
        csm_sentiments.csm_sentiment_id as record_id,
        'Reason_Codes__c' as field,
        'missing_reason_code' as reason,
        cast(null as {{ dbt.type_string() }}) as field_value,
        'counted' as treated_as,
        aliases.account_id
    from csm_sentiments
    inner join aliases
        on csm_sentiments.account_id = aliases.alias_id
    where
        csm_sentiments.outlook <= 2
        and coalesce(trim(csm_sentiments.reason_codes), '') = ''
)

select * from final
