with subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

final as (
    select
        account_id,
        min(paid_from) as first_paid_at
    from subscriptions
    -- A trial that ended with the subscription was never paid for.
    where paid_until is null or paid_until > paid_from
    group by account_id
)

select * from final
