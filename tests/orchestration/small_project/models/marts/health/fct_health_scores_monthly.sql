{{ config(materialized='replace_months') }}

select
    stg_salesforce__accounts.account_id,
    int_metric_windows.score_month,
    stg_salesforce__accounts.account_name,
    cast(50 as double) as health_score,
    int_metric_windows.as_of < int_metric_windows.score_month + interval 1 month as is_provisional
from {{ ref('stg_salesforce__accounts') }} as stg_salesforce__accounts
cross join {{ ref('int_metric_windows') }} as int_metric_windows
where int_metric_windows.score_month between {{ batch_start() }} and {{ batch_end() }}
