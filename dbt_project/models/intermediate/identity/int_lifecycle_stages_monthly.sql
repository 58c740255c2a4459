{{ config(materialized='replace_months') }}

with attributes as (
    select * from {{ ref('int_account_attributes_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

money as (
    select * from {{ ref('int_account_money_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

onboarded as (
    select * from {{ ref('int_onboarded_accounts_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

facts as (
    select
        attributes.account_id,
        attributes.score_month,
        attributes.crm_lifecycle_stage,
        attributes.crm_stage_basis = 'recorded' as is_recorded,
        coalesce(money.is_paid, false) as is_paid,
        money.account_id is not null and not money.is_paid as is_in_trial,
        onboarded.account_id is not null
        or coalesce(
            {{ whole_days('attributes.first_paid_at', 'attributes.as_of') }} >= 180,
            false
        )
            as is_onboarded
    from attributes
    left join money
        on
            attributes.account_id = money.account_id
            and attributes.score_month = money.score_month
    left join onboarded
        on
            attributes.account_id = onboarded.account_id
            and attributes.score_month = onboarded.score_month
),

final as (
    select
        account_id,
        score_month,
        is_paid,
        is_in_trial,
        case
            when is_in_trial then 'trial'
            when is_paid and not is_recorded and is_onboarded then 'implemented'
            when is_paid and not is_recorded then 'deployment'
            when is_paid and crm_lifecycle_stage in ('prospect', 'churned', 'unknown')
                then 'implemented'
            else crm_lifecycle_stage
        end as lifecycle_stage,
        case
            when
                is_in_trial and is_recorded and crm_lifecycle_stage = 'trial'
                then 'recorded'
            when is_in_trial or (is_paid and not is_recorded) then 'reconstructed'
            when is_paid and crm_lifecycle_stage in ('prospect', 'churned', 'unknown')
                then 'reconstructed'
            when is_recorded then 'recorded'
            else 'current'
        end as stage_basis
    from facts
)

select * from final
