{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('payment') }}
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'recurly'
),

invoices as (
    select
        links.account_id,
        invoices.updated_at,
        coalesce(
            invoices.due_at,
            {{ dbt.dateadd(
                'day', 'coalesce(invoices.net_terms, 0)', 'invoices.created_at'
            ) }}
        ) as due_at,
        case when invoices.state = 'paid' then invoices.closed_at end as paid_at
    from {{ ref('stg_recurly__invoices') }} as invoices
    inner join links
        on invoices.recurly_account_id = links.source_id
    where
        invoices.invoice_type = 'charge'
        and invoices.state <> 'voided'
),

-- An invoice that changed after the instant is judged by its dates, not by its state.
unpaid as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        invoices.due_at,
        case
            when invoices.updated_at < account_windows.as_of then 'recorded'
            else 'reconstructed'
        end as value_basis
    from account_windows
    inner join invoices
        on
            account_windows.account_id = invoices.account_id
            and invoices.due_at < account_windows.as_of
            and coalesce(invoices.paid_at >= account_windows.as_of, true)
),

metric_rows as (
    select
        {{ metric_columns(
            value="case when count(due_at) = 0 then 0 else "
                ~ whole_days('min(due_at)', 'as_of') ~ " end",
            value_basis="coalesce(min(value_basis), 'recorded')"
        ) }}
    from account_windows
    left join unpaid
        using (account_id, score_month, metric)
    where metric = 'days_past_due'
    group by account_id, score_month, metric, as_of
)

select * from metric_rows
