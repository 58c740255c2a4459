{{ config(materialized='replace_months', batch='month') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'recurly'
),

invoices as (
    select
        *,
        coalesce(
            due_at,
            {{ dbt.dateadd('day', 'coalesce(net_terms, 0)', 'created_at') }}
        ) as falls_due_at
    from {{ ref('stg_recurly__invoices') }}
    where invoice_type = 'charge'
),

-- A payment that was voided later counted until then.
settlements as (
    select
        invoice_id,
        coalesce(collected_at, created_at) as settled_at,
        voided_at,
        amount
    from {{ ref('stg_recurly__transactions') }}
    where
        transaction_type in ('purchase', 'capture')
        and (is_successful or status = 'void')

    union all

    select
        invoice_id,
        created_at as settled_at,
        voided_at,
        amount
    from {{ ref('stg_recurly__credit_payments') }}
    where action = 'payment'
),

due as (
    select
        months.score_month,
        months.as_of,
        links.account_id,
        invoices.*
    from months
    inner join invoices
        on months.as_of > invoices.falls_due_at
    inner join links
        on invoices.recurly_account_id = links.source_id
    -- One that was voided later was owed until then: voiding is its last change.
    where invoices.state <> 'voided' or invoices.updated_at >= months.as_of
),

settled as (
    select
        due.score_month,
        due.invoice_id,
        sum(settlements.amount) as amount
    from due
    inner join settlements
        on
            due.invoice_id = settlements.invoice_id
            and due.as_of > settlements.settled_at
            and coalesce(settlements.voided_at >= due.as_of, true)
    group by due.score_month, due.invoice_id
),

-- What Recurly closed as paid is paid, also without a payment of record. An invoice
-- that changed after the instant is judged by its dates, not by its state.
final as (
    select
        due.account_id,
        due.score_month,
        due.invoice_id,
        due.falls_due_at as due_at,
        due.currency,
        case
            when due.state = 'paid' and due.closed_at < due.as_of then 0
            else round(greatest(due.total - coalesce(settled.amount, 0), 0), 2)
        end as balance,
        case when due.updated_at < due.as_of then 'recorded' else 'reconstructed' end
            as value_basis
    from due
    left join settled
        on
            due.score_month = settled.score_month
            and due.invoice_id = settled.invoice_id
)

select * from final
