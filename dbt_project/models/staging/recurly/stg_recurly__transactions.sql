with source as (
    select * from {{ source('recurly', 'transactions') }}
),

final as (
    select
        id as transaction_id,
        type as transaction_type,
        origin,
        status,
        coalesce(success, false) as is_successful,
        status_code,
        account__id as recurly_account_id,
        invoice__id as invoice_id,
        currency,
        amount,
        collection_method,
        collected_at,
        voided_at,
        created_at,
        updated_at
    from source
)

select * from final
