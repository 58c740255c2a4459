with versions as (
    select * from {{ ref('int_subscription_versions') }}
),

subscriptions as (
    select * from {{ ref('stg_recurly__subscriptions') }}
),

add_ons as (
    select * from {{ ref('stg_recurly__subscription_add_ons') }}
),

intervals as (
    select * from {{ ref('int_plan_intervals') }}
),

usage_add_ons as (
    select * from {{ ref('int_usage_add_ons') }}
),

items as (
    select
        subscription_id,
        plan_code,
        cast(null as {{ dbt.type_string() }}) as add_on_code,
        valid_from,
        valid_until,
        quantity,
        unit_amount,
        currency
    from versions

    union all

    select
        subscriptions.subscription_id,
        subscriptions.plan_code,
        add_ons.add_on_code,
        cast('1970-01-01' as timestamp) as valid_from,
        add_ons.expired_at as valid_until,
        add_ons.quantity,
        add_ons.unit_amount,
        subscriptions.currency
    from add_ons
    inner join subscriptions
        on add_ons.subscription_id = subscriptions.subscription_id
),

final as (
    select
        items.subscription_id,
        items.plan_code,
        items.add_on_code,
        items.valid_from,
        items.valid_until,
        items.quantity,
        coalesce(items.unit_amount, 0)
        * items.quantity
        * intervals.months_factor as mrr,
        items.currency
    from items
    left join intervals
        on items.plan_code = intervals.plan_code
    left join usage_add_ons
        on
            items.plan_code = usage_add_ons.plan_code
            and items.add_on_code = usage_add_ons.add_on_code
    where usage_add_ons.add_on_code is null
)

select * from final
