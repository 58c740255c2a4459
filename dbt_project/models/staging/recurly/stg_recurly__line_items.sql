with source as (
    select * from {{ source('recurly', 'line_items') }}
),

final as (
    select
        id as line_item_id,
        type as line_type,
        state,
        origin,
        account__id as recurly_account_id,
        subscription_id,
        plan_code,
        add_on_code,
        invoice_id,
        currency,
        unit_amount,
        quantity,
        amount,
        subtotal,
        discount,
        tax,
        proration_rate,
        coalesce(refund, false) as is_refund,
        start_date as starts_at,
        end_date as ends_at,
        created_at,
        updated_at
    from source
)

select * from final
