with source as (
    select * from {{ source('recurly', 'credit_payments') }}
),

final as (
    select
        id as credit_payment_id,
        action,
        account__id as recurly_account_id,
        applied_to_invoice__id as invoice_id,
        original_invoice__id as credit_invoice_id,
        currency,
        amount,
        created_at,
        voided_at,
        updated_at
    from source
)

select * from final
