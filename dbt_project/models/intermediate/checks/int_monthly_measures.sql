{{ config(materialized='view') }}

with source_rows as (
    select * from {{ ref('int_source_rows_monthly') }}
),

distributions as (
    select * from {{ ref('int_metric_distributions_monthly') }}
),

-- Per account, since more customers bring more rows.
final as (
    select
        'rows_per_account' as measure,
        {{ dbt.concat(['source', "'.'", 'resource']) }} as subject,
        score_month,
        cast(row_count as double) / accounts as measured,
        row_count as counted,
        cast(null as double) as value_spread
    from source_rows

    union all

    select
        'mean_value' as measure,
        metric as subject,
        score_month,
        mean_value as measured,
        observed_accounts as counted,
        value_spread
    from distributions
    where mean_value is not null

    union all

    select
        'observed_share' as measure,
        metric as subject,
        score_month,
        cast(observed_accounts as double) / accounts as measured,
        accounts as counted,
        cast(null as double) as value_spread
    from distributions
)

select * from final
