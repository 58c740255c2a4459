with segments as (
    select * from {{ ref('int_subscription_segments') }}
),

recorded as (
    select * from {{ ref('int_subscription_recorded_items') }}
),

current_items as (
    select * from {{ ref('int_subscription_current_items') }}
),

seat_plans as (
    select * from {{ ref('plans') }}
),

coverage as (
    select
        subscription_id,
        starts_at,
        max(case when add_on_code is null then 1 else 0 end) = 1 as has_plan_line
    from recorded
    group by subscription_id, starts_at
),

-- Where no line covers the plan, the subscription itself says what it costs; its
-- add-ons count only where nothing at all was invoiced, else an add-on bought
-- later would reach into the past.
reconstructed as (
    select
        segments.account_id,
        segments.subscription_id,
        segments.starts_at,
        segments.ends_at,
        current_items.plan_code,
        current_items.add_on_code,
        current_items.quantity,
        current_items.mrr,
        current_items.currency
    from segments
    inner join current_items
        on
            segments.subscription_id = current_items.subscription_id
            and segments.starts_at >= current_items.valid_from
            and (
                current_items.valid_until is null
                or segments.starts_at < current_items.valid_until
            )
    left join coverage
        on
            segments.subscription_id = coverage.subscription_id
            and segments.starts_at = coverage.starts_at
    where
        coverage.subscription_id is null
        or (not coverage.has_plan_line and current_items.add_on_code is null)
),

items as (
    select
        *,
        'recorded' as value_basis
    from recorded

    union all

    select
        *,
        'reconstructed' as value_basis
    from reconstructed
),

final as (
    select
        items.account_id,
        items.subscription_id,
        items.plan_code,
        items.add_on_code,
        coalesce(seat_plans.is_seat_based, false) as is_seat_based,
        items.starts_at,
        items.ends_at,
        items.quantity,
        items.mrr,
        items.currency,
        items.value_basis
    from items
    left join seat_plans
        on
            items.plan_code = seat_plans.plan_code
            and coalesce(items.add_on_code, '') = coalesce(seat_plans.add_on_code, '')
)

select * from final
