with source as (
    select * from {{ source('recurly', 'invoices') }}
),

final as (
    select
        id as invoice_id,
        number as invoice_number,
        type as invoice_type,
        origin,
        state,
        account__id as recurly_account_id,
        currency,
        subtotal,
        discount,
        tax,
        total,
        paid,
        balance,
        collection_method,
        net_terms,
        net_terms_type,
        due_at,
        closed_at,
        created_at,
        updated_at
    from source
)

select * from final
