{{ config(materialized='view') }}

{%- set checks = var('checks') %}

with

months as (
    select
        checked_months.score_month,
        calendar.previous_year_month,
        cast({{ dbt.dateadd(
            'month', -checks.usual_months, 'checked_months.score_month'
        ) }} as date) as first_month
    from {{ ref('int_checked_months') }} as checked_months
    inner join {{ ref('int_months') }} as calendar
        on checked_months.score_month = calendar.score_month
    where not checked_months.is_provisional
),

measures as (
    select * from {{ ref('int_monthly_measures') }}
),

-- A median and the median distance from it take no notice of one odd month among those
-- before; a mean and a standard deviation would call the next one usual.
before as (
    select
        measures.*,
        median(measures.measured) over (
            partition by measures.measure, measures.subject
        ) as median_measured
    from months
    inner join measures
        on
            months.first_month <= measures.score_month
            and months.score_month > measures.score_month
),

medians as (
    select
        measure,
        subject,
        count(*) as months_before,
        median(median_measured) as median_measured,
        median(abs(measured - median_measured)) as deviation,
        median(counted) as median_counted,
        median(value_spread) as median_spread
    from before
    group by measure, subject
),

-- 1.4826 median deviations are a standard deviation where values are spread normally.
-- Quiet series hardly deviate: a change that nobody would act on is none.
ranges as (
    select
        *,
        greatest(
            {{ checks.usual_deviations }} * 1.4826 * deviation,
            case measure
                when 'rows_per_account'
                    then {{ checks.usual_rows_tolerance }} * median_measured
                when 'mean_value'
                    then {{ checks.usual_mean_tolerance }} * median_spread
                else {{ checks.usual_share_tolerance }}
            end
        ) as tolerance
    from medians
),

-- What the same month was like a year before is usual too: December, August.
final as (
    select
        months.score_month,
        measures.measure,
        measures.subject,
        measures.measured,
        measures.counted,
        ranges.months_before,
        ranges.median_measured,
        ranges.median_counted,
        ranges.median_spread,
        {{ as_written(
            'least(ranges.median_measured, '
            ~ 'coalesce(year_before.measured, ranges.median_measured)) '
            ~ '- ranges.tolerance'
        ) }} as lowest_usual,
        {{ as_written(
            'greatest(ranges.median_measured, '
            ~ 'coalesce(year_before.measured, ranges.median_measured)) '
            ~ '+ ranges.tolerance'
        ) }} as highest_usual
    from months
    inner join measures on months.score_month = measures.score_month
    inner join ranges
        on measures.measure = ranges.measure and measures.subject = ranges.subject
    left join measures as year_before
        on
            months.previous_year_month = year_before.score_month
            and measures.measure = year_before.measure
            and measures.subject = year_before.subject
)

select * from final
