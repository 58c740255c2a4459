{{ config(materialized='replace_months') }}

with subscriptions as (
    select * from {{ ref('int_subscriptions_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and (is_paid or is_in_trial)
),

currencies as (
    select * from {{ ref('int_account_currencies_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

renewals as (
    select * from {{ ref('int_renewals_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

-- Of a paying account only what it pays for counts, of one in trial what it tries.
counting as (
    select
        currencies.account_id,
        currencies.score_month,
        currencies.is_paid,
        currencies.currency,
        case
            when subscriptions.currency = currencies.currency then subscriptions.mrr
            else subscriptions.mrr_reporting / currencies.rate_to_reporting
        end as mrr,
        subscriptions.mrr_reporting,
        subscriptions.seats,
        subscriptions.value_basis
    from currencies
    inner join subscriptions
        on
            currencies.account_id = subscriptions.account_id
            and currencies.score_month = subscriptions.score_month
            and currencies.is_paid = subscriptions.is_paid
),

totals as (
    select
        account_id,
        score_month,
        is_paid,
        currency,
        sum(mrr) as mrr,
        sum(mrr_reporting) as mrr_reporting,
        sum(seats) as seats,
        max(case when value_basis = 'reconstructed' then 1 else 0 end) = 1
            as is_reconstructed,
        max(value_basis) as value_basis
    from counting
    group by account_id, score_month, is_paid, currency
),

final as (
    select
        totals.account_id,
        totals.score_month,
        totals.is_paid,
        totals.currency,
        case when totals.is_paid then totals.mrr else 0.0 end as mrr,
        case when totals.is_paid then totals.mrr_reporting else 0.0 end
            as mrr_reporting,
        totals.seats,
        case
            when totals.is_reconstructed then 'reconstructed'
            else totals.value_basis
        end as seats_basis,
        renewals.renewal_date
    from totals
    left join renewals
        on
            totals.account_id = renewals.account_id
            and totals.score_month = renewals.score_month
)

select * from final
