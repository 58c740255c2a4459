{{ config(materialized='view') }}

{%- set checks = var('checks') %}

with

ranges as (
    select * from {{ ref('int_usual_ranges') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

-- A fact so rare that most months have none has no usual spread.
unusual as (
    select * from ranges
    where
        months_before >= {{ checks.usual_months_at_least }}
        and case
            when measure = 'rows_per_account'
                then median_counted >= {{ checks.usual_rows_from }}
            else least(counted, median_counted) >= {{ checks.min_accounts }}
        end
        and coalesce(median_spread, 1) > 0
        and (
            {{ as_compared('measured') }} < {{ as_compared('lowest_usual') }}
            or {{ as_compared('measured') }} > {{ as_compared('highest_usual') }}
        )
),

worded as (
    select
        unusual.*,
        metrics.sources,
        case
            when unusual.measure = 'observed_share' then 'ratio'
            when unusual.measure = 'mean_value' then metrics.unit
        end as unit
    from unusual
    left join metrics on unusual.subject = metrics.metric
),

final as (
    select
        'volume_as_usual' as check_name,
        'warn' as severity,
        score_month,
        subject || case measure
            when 'rows_per_account' then ' (rows per account)'
            when 'mean_value' then ' (mean)'
            else ' (share observed)'
        end as subject,
        {{ measure_as_text('measured', 'unit') }} || ' in '
        || {{ month_as_text('score_month') }} || ', from ' || counted
        || case measure when 'rows_per_account' then ' rows.' else ' accounts.' end
            as found,
        {{ measure_as_text('lowest_usual', 'unit') }} || ' to '
        || {{ measure_as_text('highest_usual', 'unit') }} || '; the median of the '
        || months_before || ' months before was '
        || {{ measure_as_text('median_measured', 'unit') }} || '.' as usual,
        case
            when measure = 'rows_per_account'
                then
                    'Ask the owner in seeds/sources.csv what changed there; if rows '
                    || 'are missing here: FULL_RELOAD='
                    || {{ dbt.split_part('subject', "'.'", 1) }} || ' make run.'
            else
                'Ask its owner in seeds/metrics.csv whether customers changed, or '
                || 'what is recorded of them: it reads ' || sources || '.'
        end as what_to_do
    from worded
)

select * from final
