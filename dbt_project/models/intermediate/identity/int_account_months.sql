{{ config(materialized='replace_months') }}

with attributes as (
    select * from {{ ref('int_account_attributes_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

stages as (
    select * from {{ ref('int_lifecycle_stages_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

money as (
    select * from {{ ref('int_account_money_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

trial_scorecards as (
    select * from {{ ref('int_trial_scorecard_months') }}
),

-- In trial: a subscription says so, or the CRM did at the time and nothing is paid.
scored as (
    select
        stages.account_id,
        stages.score_month,
        stages.lifecycle_stage,
        stages.stage_basis
    from stages
    left join trial_scorecards
        on stages.score_month = trial_scorecards.score_month
    where
        stages.is_paid
        or (
            trial_scorecards.score_month is not null
            and (
                stages.is_in_trial
                or (
                    stages.lifecycle_stage = 'trial' and stages.stage_basis = 'recorded'
                )
            )
        )
),

final as (
    select
        attributes.account_id,
        attributes.score_month,
        attributes.as_of,
        attributes.is_provisional,
        attributes.account_name,
        attributes.csm_id,
        attributes.csm_name,
        attributes.size_segment,
        attributes.is_high_growth,
        scored.lifecycle_stage,
        attributes.region,
        attributes.vertical,
        money.mrr,
        money.currency,
        money.mrr_reporting,
        money.renewal_date,
        {{ whole_months('attributes.first_paid_at', 'attributes.as_of') }}
            as tenure_months,
        attributes.first_paid_at,
        {{ whole_days('attributes.first_paid_at', 'attributes.as_of') }}
            as days_since_first_paid,
        money.seats,
        money.seats_basis,
        scored.stage_basis,
        attributes.attribute_basis
    from scored
    inner join attributes
        on
            scored.account_id = attributes.account_id
            and scored.score_month = attributes.score_month
    left join money
        on
            scored.account_id = money.account_id
            and scored.score_month = money.score_month
)

select * from final
