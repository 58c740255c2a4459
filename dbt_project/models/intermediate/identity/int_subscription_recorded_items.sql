with segments as (
    select * from {{ ref('int_subscription_segments') }}
),

charges as (
    select * from {{ ref('int_subscription_charges') }}
),

covering_charges as (
    select
        segments.account_id,
        segments.subscription_id,
        segments.starts_at,
        segments.ends_at,
        charges.plan_code,
        charges.add_on_code,
        charges.quantity,
        charges.mrr,
        charges.currency,
        row_number() over (
            partition by
                segments.subscription_id, segments.starts_at, charges.add_on_code
            order by
                charges.starts_at desc nulls last,
                charges.created_at desc nulls last,
                charges.line_item_id desc nulls last
        ) as recency
    from segments
    inner join charges
        on
            segments.subscription_id = charges.subscription_id
            and charges.starts_at <= segments.starts_at
            and charges.ends_at > segments.starts_at
),

final as (
    select
        account_id,
        subscription_id,
        starts_at,
        ends_at,
        plan_code,
        add_on_code,
        quantity,
        mrr,
        currency
    from covering_charges
    where recency = 1
)

select * from final
