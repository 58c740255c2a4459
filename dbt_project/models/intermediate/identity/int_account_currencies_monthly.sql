{{ config(
    materialized='replace_months',
    pre_hook="{{ stop_at_missing_rates(ref('int_subscriptions_monthly')) }}"
) }}

with subscriptions as (
    select * from {{ ref('int_subscriptions_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and (is_paid or is_in_trial)
),

accounts as (
    select
        account_id,
        score_month,
        max(case when is_paid then 1 else 0 end) = 1 as is_paid
    from subscriptions
    group by account_id, score_month
),

by_currency as (
    select
        accounts.account_id,
        accounts.score_month,
        accounts.is_paid,
        subscriptions.currency,
        max(subscriptions.rate_to_reporting) as rate_to_reporting,
        sum(subscriptions.mrr_reporting) as mrr_reporting
    from accounts
    inner join subscriptions
        on
            accounts.account_id = subscriptions.account_id
            and accounts.score_month = subscriptions.score_month
            and accounts.is_paid = subscriptions.is_paid
    group by
        accounts.account_id,
        accounts.score_month,
        accounts.is_paid,
        subscriptions.currency
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, score_month
            order by mrr_reporting desc nulls last, currency nulls last
        ) as size_rank
    from by_currency
),

final as (
    select
        account_id,
        score_month,
        is_paid,
        currency,
        rate_to_reporting
    from ranked
    where size_rank = 1
)

select * from final
