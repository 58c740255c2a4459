{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

items as (
    select * from {{ ref('int_subscription_items') }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates') }}
),

active as (
    select
        months.score_month,
        months.as_of,
        subscriptions.account_id,
        subscriptions.subscription_id,
        subscriptions.billing_source,
        subscriptions.paid_until,
        {{ is_active_at('subscriptions', 'months.as_of') }} as is_in_paid_period,
        coalesce(
            subscriptions.trial_starts_at < months.as_of
            and subscriptions.trial_ends_at >= months.as_of
            and (
                subscriptions.paid_until is null
                or subscriptions.paid_until >= months.as_of
            ),
            false
        ) as is_in_trial
    from months
    cross join subscriptions
),

items_at_instant as (
    select
        active.score_month,
        active.subscription_id,
        sum(items.mrr) as mrr,
        max(items.currency) as currency,
        sum(case when items.is_seat_based then items.quantity end) as seats,
        max(case when items.value_basis = 'reconstructed' then 1 else 0 end) = 1
            as is_reconstructed
    from active
    inner join items
        on
            active.subscription_id = items.subscription_id
            and items.starts_at <= active.as_of
            and (items.ends_at is null or items.ends_at > active.as_of)
    where active.is_in_paid_period or active.is_in_trial
    group by active.score_month, active.subscription_id
),

final as (
    select
        active.account_id,
        active.score_month,
        active.subscription_id,
        active.as_of,
        active.billing_source,
        active.is_in_paid_period
        and (
            active.billing_source <> 'recurly' or coalesce(items_at_instant.mrr, 0) > 0
        )
            as is_paid,
        active.is_in_trial,
        items_at_instant.mrr,
        items_at_instant.currency,
        items_at_instant.mrr * exchange_rates.rate_to_reporting as mrr_reporting,
        exchange_rates.rate_to_reporting,
        items_at_instant.seats,
        case
            when items_at_instant.is_reconstructed then 'reconstructed'
            when items_at_instant.is_reconstructed is not null then 'recorded'
        end as value_basis
    from active
    left join items_at_instant
        on
            active.score_month = items_at_instant.score_month
            and active.subscription_id = items_at_instant.subscription_id
    left join exchange_rates
        on
            items_at_instant.currency = exchange_rates.currency
            and exchange_rates.valid_from <= active.as_of
            and (
                exchange_rates.valid_until is null
                or exchange_rates.valid_until > active.as_of
            )
    where active.is_in_paid_period or active.is_in_trial
)

select * from final
