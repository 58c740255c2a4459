{{ config(materialized='replace_months', through='newest') }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

metric_values as (
    select * from {{ ref('int_metric_values_monthly') }}
    where
        value_state = 'observed'
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

stages as (
    select
        metric_values.score_month,
        metric_values.metric,
        account_months.lifecycle_stage,
        count(*) as accounts,
        sum(cast(metric_values.value as decimal(38, 12))) as total
    from metric_values
    inner join account_months
        on
            metric_values.account_id = account_months.account_id
            and metric_values.score_month = account_months.score_month
    group by
        metric_values.score_month,
        metric_values.metric,
        account_months.lifecycle_stage
),

with_all_stages as (
    select
        *,
        sum(accounts) over (partition by score_month, metric) as all_accounts,
        sum(total) over (partition by score_month, metric) as all_total
    from stages
),

final as (
    select
        score_month,
        metric,
        lifecycle_stage,
        case when accounts >= 5 then lifecycle_stage else 'all_stages' end
            as rating_cohort,
        case
            when accounts >= 5 then cast(total as double) / accounts
            else cast(all_total as double) / all_accounts
        end as cohort_average
    from with_all_stages
    where all_accounts >= 5
)

select * from final
