with line_items as (
    select * from {{ ref('stg_recurly__line_items') }}
),

invoices as (
    select * from {{ ref('stg_recurly__invoices') }}
),

intervals as (
    select * from {{ ref('int_plan_intervals') }}
),

usage_add_ons as (
    select * from {{ ref('int_usage_add_ons') }}
),

charges as (
    select
        line_items.line_item_id,
        line_items.subscription_id,
        line_items.plan_code,
        case when line_items.origin = 'add_on' then line_items.add_on_code end
            as add_on_code,
        line_items.starts_at,
        line_items.ends_at,
        line_items.created_at,
        line_items.quantity,
        line_items.subtotal - coalesce(line_items.discount, 0) as net_amount,
        coalesce(nullif(line_items.proration_rate, 0), 1) as proration,
        line_items.currency
    from line_items
    inner join invoices
        on line_items.invoice_id = invoices.invoice_id
    where
        invoices.state <> 'voided'
        and line_items.line_type = 'charge'
        and line_items.origin in ('plan', 'add_on')
),

final as (
    select
        charges.line_item_id,
        charges.subscription_id,
        charges.plan_code,
        charges.add_on_code,
        charges.starts_at,
        charges.ends_at,
        charges.created_at,
        charges.quantity,
        charges.net_amount / charges.proration * intervals.months_factor as mrr,
        charges.currency
    from charges
    left join intervals
        on charges.plan_code = intervals.plan_code
    left join usage_add_ons
        on
            charges.plan_code = usage_add_ons.plan_code
            and charges.add_on_code = usage_add_ons.add_on_code
    where usage_add_ons.add_on_code is null
)

select * from final
