{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('payment') }}
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'recurly'
),

invoices as (
    select * from {{ ref('stg_recurly__invoices') }}
    where invoice_type = 'charge' and collection_method = 'automatic'
),

attempts as (
    select * from {{ ref('stg_recurly__transactions') }}
    where
        transaction_type in ('purchase', 'capture')
        and status in ('success', 'void', 'declined', 'error')
),

final as (
    select
        account_windows.account_id,
        account_windows.score_month,
        attempts.invoice_id,
        max(case when attempts.status = 'declined' then 1 else 0 end) as was_declined
    from account_windows
    inner join links
        on account_windows.account_id = links.account_id
    inner join invoices
        on links.source_id = invoices.recurly_account_id
    inner join attempts
        on
            invoices.invoice_id = attempts.invoice_id
            and attempts.created_at >= account_windows.window_starts_at
            and attempts.created_at < account_windows.window_ends_at
    where account_windows.metric = 'failed_payment_rate'
    group by
        account_windows.account_id,
        account_windows.score_month,
        attempts.invoice_id
)

select * from final
