{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('payment') }}
),

invoices as (
    select
        due.*,
        due.balance * exchange_rates.rate_to_reporting as balance_reporting,
        row_number() over (
            partition by due.account_id, due.score_month
            order by due.due_at desc nulls last, due.balance desc nulls last
        ) as recency
    from {{ ref('int_invoices_monthly') }} as due
    inner join {{ ref('int_score_months') }} as months
        on due.score_month = months.score_month
    left join {{ ref('int_exchange_rates') }} as exchange_rates
        on
            due.currency = exchange_rates.currency
            and months.as_of >= exchange_rates.valid_from
            and coalesce(months.as_of < exchange_rates.valid_until, true)
    where due.score_month between {{ batch_start() }} and {{ batch_end() }}
),

latest as (
    select * from invoices
    where recency = 1
),

unpaid as (
    select * from invoices
    where balance > 0
),

periods as (
    select * from {{ ref('int_billing_periods_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

attempts as (
    select * from {{ ref('int_payment_attempts_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_rows as (
    select
        {{ metric_columns(
            value="case when balance > 0 then 0 else 1 end",
            denominator="recency",
            value_basis="value_basis"
        ) }}
    from account_windows
    left join latest using (account_id, score_month)
    where metric = 'current_invoice_paid'

    union all

    select
        {{ metric_columns(
            value="case when count(due_at) = 0 then 0 else "
                ~ whole_days('min(due_at)', 'as_of') ~ " end",
            value_basis="coalesce(min(value_basis), 'recorded')"
        ) }}
    from account_windows
    left join unpaid using (account_id, score_month)
    where metric = 'days_past_due'
    group by account_id, score_month, metric, as_of

    union all

    select
        {{ metric_columns(
            value="coalesce(sum(balance_reporting), 0) / nullif(period_amount_reporting, 0)",
            value_basis="coalesce(min(value_basis), 'recorded')",
            not_applicable_reason="case
                when coalesce(period_amount_reporting, 0) = 0 then 'nothing_recorded'
            end"
        ) }}
    from account_windows
    left join periods using (account_id, score_month)
    left join unpaid using (account_id, score_month)
    where metric = 'overdue_balance_ratio'
    group by account_id, score_month, metric, period_amount_reporting

    union all

    select
        {{ metric_columns(
            value="avg(was_declined)",
            denominator="count(was_declined)",
            not_applicable_reason="case
                when not coalesce(pays_automatically, false) then 'nothing_recorded'
            end"
        ) }}
    from account_windows
    left join periods using (account_id, score_month)
    left join attempts using (account_id, score_month)
    where metric = 'failed_payment_rate'
    group by account_id, score_month, metric, pays_automatically
)

select * from metric_rows
