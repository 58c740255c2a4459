{{ config(materialized='replace_months', batch='month') }}

select
    {{ batch_start() }} as score_month,
    'accounts' as metric,
    least({{ as_of() }}, cast({{ batch_start() }} + interval 1 month as timestamp)) as as_of
