with subscriptions as (
    select
        *,
        {{ as_of() }} as as_of
    from {{ ref('int_subscriptions') }}
),

items as (
    select * from {{ ref('int_subscription_items') }}
),

active as (
    select * from subscriptions
    where {{ is_active_at('subscriptions', 'as_of') }}
),

priced as (
    select active.subscription_id
    from active
    inner join items
        on
            active.subscription_id = items.subscription_id
            and items.starts_at <= active.as_of
            and (items.ends_at is null or items.ends_at > active.as_of)
    group by active.subscription_id
    having sum(items.mrr) > 0
),

final as (
    select distinct active.account_id
    from active
    left join priced
        on active.subscription_id = priced.subscription_id
    where
        priced.subscription_id is not null
        or active.billing_source <> 'recurly'
)

select * from final
