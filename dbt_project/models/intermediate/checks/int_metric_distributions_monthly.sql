{{ config(materialized='replace_months') }}

with

months as (
    select * from {{ ref('int_score_months') }}
    where
        not is_provisional
        and score_month between {{ batch_start() }} and {{ batch_end() }}
),

-- An account without the product or a link, and a late source, are no matter of the
-- metric: accounts_mapped and sources_fresh tell.
metric_values as (
    select
        score_month,
        metric,
        case when value_state = 'observed' then value end as observed_value
    from {{ ref('int_metric_values_monthly') }}
    where
        value_state in ('observed', 'stale', 'not_enough_history')
        and score_month between {{ batch_start() }} and {{ batch_end() }}
),

final as (
    select
        months.score_month,
        metric_values.metric,
        count(*) as accounts,
        count(metric_values.observed_value) as observed_accounts,
        avg(metric_values.observed_value) as mean_value,
        stddev_samp(metric_values.observed_value) as value_spread
    from months
    inner join metric_values on months.score_month = metric_values.score_month
    group by months.score_month, metric_values.metric
)

select * from final
