{{ config(materialized='replace_months') }}

with paid as (
    select * from {{ ref('int_subscriptions_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }} and is_paid
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

intervals as (
    select * from {{ ref('int_plan_intervals') }}
),

final as (
    select
        paid.account_id,
        paid.score_month,
        sum(paid.mrr_reporting / intervals.months_factor) as period_amount_reporting,
        max(case when subscriptions.collection_method = 'automatic' then 1 else 0 end)
        = 1 as pays_automatically
    from paid
    inner join subscriptions
        on paid.subscription_id = subscriptions.subscription_id
    left join intervals
        on subscriptions.plan_code = intervals.plan_code
    group by paid.account_id, paid.score_month
)

select * from final
