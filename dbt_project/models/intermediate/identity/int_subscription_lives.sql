-- A subscription is still active at the instant of its expiry: its life ends a
-- microsecond later.
with subscriptions as (
    select * from {{ ref('stg_recurly__subscriptions') }}
    where activated_at is not null
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'recurly'
),

final as (
    select
        links.account_id,
        subscriptions.subscription_id,
        subscriptions.activated_at as starts_at,
        subscriptions.expires_at,
        {{ dbt.dateadd('microsecond', 1, 'subscriptions.expires_at') }} as ends_at
    from subscriptions
    inner join links
        on subscriptions.recurly_account_id = links.source_id
)

select * from final
