{{ config(
    materialized='replace_months',
    through='newest',
    batch='bounded',
    carried_over='calculated_at',
    key=['account_id', 'score_month']
) }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_rows as (
    select * from {{ ref('int_scorecard_rows') }}
    where score_series = {{ quoted(var('primary_use_case')) }}
),

final as (
    select
        account_months.account_id,
        account_months.score_month,
        account_months.account_name,
        account_months.csm_name,
        account_months.size_segment,
        account_months.is_high_growth,
        account_months.lifecycle_stage,
        account_months.region,
        account_months.vertical,
        account_months.mrr,
        account_months.currency,
        account_months.mrr_reporting,
        account_months.renewal_date,
        account_months.tenure_months,
        {%- for column in result_columns() %}
            scorecard_rows.{{ column }},
        {%- endfor %}
        account_months.is_provisional,
        account_months.as_of,
        {{ calculation_time() }} as calculated_at
    from account_months
    left join scorecard_rows
        on
            account_months.account_id = scorecard_rows.account_id
            and account_months.score_month = scorecard_rows.score_month
)

select * from final
