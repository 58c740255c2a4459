{{ config(
    materialized='replace_months',
    through='newest',
    carried_over='calculated_at',
    key=['account_id', 'score_month']
) }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

results as (
    select * from {{ ref('int_scorecard_results') }}
    where is_official and use_case = '{{ var("primary_use_case") }}'
),

comparisons as (
    select * from {{ ref('int_score_comparisons') }}
    where use_case = '{{ var("primary_use_case") }}'
),

runs as (
    select * from {{ ref('int_score_runs') }}
    where use_case = '{{ var("primary_use_case") }}'
),

final as (
    select
        account_months.account_id,
        account_months.score_month,
        account_months.account_name,
        account_months.csm_name,
        account_months.size_segment,
        account_months.is_high_growth,
        account_months.lifecycle_stage,
        account_months.region,
        account_months.vertical,
        account_months.mrr,
        account_months.currency,
        account_months.mrr_reporting,
        account_months.renewal_date,
        account_months.tenure_months,
        results.scorecard,
        results.scorecard_version,
        results.method,
        results.health_score,
        comparisons.health_band,
        results.health_grade,
        results.raw_score,
        results.cap_adjustment,
        results.score_low,
        results.score_high,
        results.is_tentative,
        results.coverage,
        results.unknown_reason,
        results.raw_band,
        {%- for group in var('metric_groups') %}
            results.{{ group }}_score,
        {%- endfor %}
        comparisons.previous_month_score,
        comparisons.score_change,
        comparisons.previous_month_band,
        comparisons.has_band_changed,
        comparisons.previous_quarter_score,
        comparisons.quarter_change,
        comparisons.previous_year_score,
        comparisons.year_change,
        {%- for group in var('metric_groups') %}
            comparisons.{{ group }}_score_change,
        {%- endfor %}
        runs.sequence_number,
        runs.months_since_previous,
        runs.months_in_band,
        runs.months_declining,
        account_months.is_provisional,
        account_months.as_of,
        {{ calculation_time() }} as calculated_at
    from account_months
    left join results
        on
            account_months.account_id = results.account_id
            and account_months.score_month = results.score_month
    left join comparisons
        on
            account_months.account_id = comparisons.account_id
            and account_months.score_month = comparisons.score_month
    left join runs
        on
            account_months.account_id = runs.account_id
            and account_months.score_month = runs.score_month
)

select * from final
