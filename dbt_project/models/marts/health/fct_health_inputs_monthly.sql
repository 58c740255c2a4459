{{ config(
    materialized='replace_months',
    through='newest',
    meta={'generated_columns': 'double'}
) }}

{%- set metrics = catalogue_metrics() %}
{%- set columns = ['account_months.account_id', 'account_months.score_month'] %}
{%- for metric in metrics %}
    {%- do columns.append('inputs.' ~ metric) %}
    {%- do columns.append('previous.' ~ metric ~ ' as previous_month_' ~ metric) %}
    {%- do columns.append(
        'inputs.' ~ metric ~ ' - previous.' ~ metric ~ ' as ' ~ metric ~ '_change'
    ) %}
{%- endfor %}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

months as (
    select * from {{ ref('int_months') }}
),

metric_values as (
    select * from {{ ref('int_metric_values_monthly') }}
    where
        score_month between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

inputs as (
    select
        account_id,
        {%- for metric in metrics %}
            max(case when metric = '{{ metric }}' then value end) as {{ metric }},
        {%- endfor %}
        score_month
    from metric_values
    group by account_id, score_month
),

final as (
    select
        {{ columns | join(',
        ') }}
    from account_months
    inner join months on account_months.score_month = months.score_month
    left join inputs
        on
            account_months.account_id = inputs.account_id
            and account_months.score_month = inputs.score_month
    left join inputs as previous
        on
            account_months.account_id = previous.account_id
            and months.previous_month = previous.score_month
)

select * from final
