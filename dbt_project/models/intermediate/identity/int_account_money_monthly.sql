{{ config(
    materialized='replace_months',
    pre_hook="{{ stop_at_missing_rates(ref('int_subscriptions_monthly')) }}"
) }}

with subscriptions as (
    select * from {{ ref('int_subscriptions_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

renewals as (
    select * from {{ ref('int_renewals_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

accounts as (
    select
        account_id,
        score_month,
        max(case when is_paid then 1 else 0 end) = 1 as is_paid
    from subscriptions
    where is_paid or is_in_trial
    group by account_id, score_month
),

-- Of a paying account only what it pays for counts, of one in trial what it tries.
counting as (
    select
        subscriptions.*,
        accounts.is_paid as is_paid_account
    from subscriptions
    inner join accounts
        on
            subscriptions.account_id = accounts.account_id
            and subscriptions.score_month = accounts.score_month
            and (subscriptions.is_paid or not accounts.is_paid)
),

by_currency as (
    select
        account_id,
        score_month,
        currency,
        max(rate_to_reporting) as rate_to_reporting,
        row_number() over (
            partition by account_id, score_month
            order by sum(mrr_reporting) desc nulls last, currency nulls last
        ) as size_rank
    from counting
    group by account_id, score_month, currency
),

account_currencies as (
    select * from by_currency
    where size_rank = 1
),

totals as (
    select
        counting.account_id,
        counting.score_month,
        account_currencies.currency,
        sum(
            case
                when counting.currency = account_currencies.currency then counting.mrr
                else counting.mrr_reporting / account_currencies.rate_to_reporting
            end
        ) as mrr,
        sum(counting.mrr_reporting) as mrr_reporting,
        sum(counting.seats) as seats,
        case
            when max(case when counting.value_basis = 'reconstructed' then 1 else 0 end) = 1
                then 'reconstructed'
            else max(counting.value_basis)
        end as seats_basis
    from counting
    inner join account_currencies
        on
            counting.account_id = account_currencies.account_id
            and counting.score_month = account_currencies.score_month
    group by counting.account_id, counting.score_month, account_currencies.currency
),

final as (
    select
        accounts.account_id,
        accounts.score_month,
        accounts.is_paid,
        totals.currency,
        case when accounts.is_paid then totals.mrr else 0.0 end as mrr,
        case when accounts.is_paid then totals.mrr_reporting else 0.0 end as mrr_reporting,
        totals.seats,
        totals.seats_basis,
        renewals.renewal_date
    from accounts
    inner join totals
        on
            accounts.account_id = totals.account_id
            and accounts.score_month = totals.score_month
    left join renewals
        on
            accounts.account_id = renewals.account_id
            and accounts.score_month = renewals.score_month
)

select * from final
