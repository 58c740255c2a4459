{{ config(
    materialized='replace_months',
    through='newest',
    batch='bounded',
    carried_over='calculated_at',
    key=['account_id', 'score_month', 'scorecard', 'scorecard_version']
) }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_rows as (
    select * from {{ ref('int_scorecard_rows') }}
    where is_shown and scorecard is not null
),

final as (
    select
        scorecard_rows.account_id,
        scorecard_rows.score_month,
        scorecard_rows.use_case,
        scorecard_rows.is_official,
        {%- for column in result_columns() %}
            scorecard_rows.{{ column }},
        {%- endfor %}
        account_months.is_provisional,
        account_months.as_of,
        {{ calculation_time() }} as calculated_at
    from scorecard_rows
    inner join account_months
        on
            scorecard_rows.account_id = account_months.account_id
            and scorecard_rows.score_month = account_months.score_month
)

select * from final
