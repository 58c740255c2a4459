{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_checked_months') }}
    where is_newest
),

band_changes as (
    select * from {{ ref('int_band_changes') }}
    where score_series = {{ quoted(var('primary_use_case')) }}
),

totals as (
    select
        months.score_month,
        count(*) as changes,
        count(case when band_changes.change_kind = 'configuration' then 1 end)
            as configuration_changes
    from months
    inner join band_changes on months.score_month = band_changes.score_month
    group by months.score_month
),

final as (
    select
        'bands_changed_by_customers' as check_name,
        'warn' as severity,
        score_month,
        {{ month_as_text('score_month') }} as subject,
        configuration_changes || ' of ' || changes || ' changes of a band ('
        || {{ percent_as_text('cast(configuration_changes as double) / changes') }}
        || ') come from a new scorecard or version, not from the customers.' as found,
        'At most ' || {{ percent_as_text(var('checks').configuration_share_above) }}
        || '.' as usual,
        'Tell the readers before they act on it (marts.fct_band_changes, change_kind '
        || 'configuration); make impact shows beforehand what a change would do.'
            as what_to_do
    from totals
    where
        configuration_changes >= {{ var('checks').configuration_changes_from }}
        and {{ as_compared('cast(configuration_changes as double) / changes') }}
        > {{ var('checks').configuration_share_above }}
)

select * from final
