{{ config(materialized='ephemeral') }}

{%- set joined = ['comparisons', 'changes', 'band_changes', 'performance', 'runs'] %}

with

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        is_official
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

comparisons as (
    select * from {{ ref('int_score_comparisons') }}
),

changes as (
    select * from {{ ref('int_score_changes') }}
),

band_changes as (
    select * from {{ ref('int_band_changes') }}
),

performance as (
    select * from {{ ref('int_overall_performance') }}
    where is_official
),

runs as (
    select * from {{ ref('int_score_runs') }}
),

final as (
    select
        results.account_id,
        results.score_month,
        results.use_case,
        results.scorecard,
        results.scorecard_version,
        results.is_official,
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
        performance.overall_performance,
        performance.rating_band,
        case
            when performance.rating_band <> 'unknown'
                then performance.rating_band = results.raw_band
        end as methods_agree,
        {%- for group in var('metric_groups') %}
            results.{{ group }}_score,
            comparisons.{{ group }}_score_change,
        {%- endfor %}
        comparisons.previous_month_score,
        comparisons.score_change,
        comparisons.previous_month_band,
        comparisons.has_band_changed,
        comparisons.previous_quarter_score,
        comparisons.quarter_change,
        comparisons.previous_year_score,
        comparisons.year_change,
        changes.change_behaviour,
        changes.change_coverage,
        changes.change_configuration,
        changes.change_caps,
        changes.top_positive_driver,
        changes.top_positive_points,
        changes.top_negative_driver,
        changes.top_negative_points,
        band_changes.change_kind as band_change_kind,
        band_changes.sentence as band_change_sentence,
        runs.sequence_number,
        runs.months_since_previous,
        runs.months_in_band,
        runs.months_declining
    from results
    {%- for relation in joined %}
        left join {{ relation }}
            on
                results.account_id = {{ relation }}.account_id
                and results.score_month = {{ relation }}.score_month
                and results.use_case = {{ relation }}.use_case
    {%- endfor %}
)

select * from final
