{{ config(materialized='replace_months', batch='month') }}

with accounts as (
    select
        account_id,
        score_month,
        as_of,
        {{ dbt.dateadd('day', -60, 'as_of') }} as established_by
    from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

items as (
    select * from {{ ref('int_subscription_items') }}
),

plan_entitlements as (
    select * from {{ ref('plan_entitlements') }}
),

product_features as (
    select distinct
        feature,
        area,
        is_core_area
    from {{ ref('product_features') }}
),

sold as (
    select
        accounts.account_id,
        accounts.score_month,
        items.plan_code,
        coalesce(items.add_on_code, '') as add_on_code,
        items.value_basis,
        coalesce(items.ends_at > accounts.as_of, true) as is_sold,
        items.starts_at <= accounts.established_by as was_sold_before
    from accounts
    inner join items
        on
            accounts.account_id = items.account_id
            and items.starts_at <= accounts.as_of
            and coalesce(items.ends_at > accounts.established_by, true)
),

-- Sold at both ends of the 60 days is taken as sold throughout.
entitled as (
    select
        sold.account_id,
        sold.score_month,
        plan_entitlements.feature,
        bool_or(sold.is_sold) as is_entitled,
        bool_or(sold.was_sold_before) as is_established,
        min(case when sold.is_sold then sold.value_basis end) as value_basis
    from sold
    inner join plan_entitlements
        on
            sold.plan_code = plan_entitlements.plan_code
            and sold.add_on_code = coalesce(plan_entitlements.add_on_code, '')
    group by sold.account_id, sold.score_month, plan_entitlements.feature
),

final as (
    select
        entitled.account_id,
        entitled.score_month,
        entitled.feature,
        product_features.area,
        product_features.is_core_area,
        entitled.is_established,
        entitled.value_basis
    from entitled
    inner join product_features
        on entitled.feature = product_features.feature
    where entitled.is_entitled
)

select * from final
