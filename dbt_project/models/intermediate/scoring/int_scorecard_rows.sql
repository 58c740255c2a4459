{{ config(materialized='ephemeral') }}

{%- set joined = [
    'bands', 'comparisons', 'changes', 'band_changes', 'performance',
    'red_insides', 'runs'
] %}

with

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        is_in_series
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

comparisons as (
    select * from {{ ref('int_score_comparisons') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

changes as (
    select * from {{ ref('int_score_changes') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

band_changes as (
    select * from {{ ref('int_band_changes') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

bands as (
    select * from {{ ref('int_health_bands') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

overrides as (
    select * from {{ ref('int_band_overrides') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

red_insides as (
    select * from {{ ref('int_red_insides') }}
),

performance as (
    select * from {{ ref('int_overall_performance') }}
    where
        is_in_series
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

runs as (
    select * from {{ ref('int_score_runs') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

final as (
    select
        results.account_id,
        results.score_month,
        results.score_series,
        results.use_case,
        results.scorecard,
        results.scorecard_version,
        results.is_official,
        results.is_shown,
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
        bands.calculated_band,
        bands.override_band,
        case when bands.override_band is not null then overrides.override_reason end
            as override_reason,
        case when bands.override_band is not null then overrides.overridden_by end
            as overridden_by,
        case when bands.override_band is not null then overrides.override_expires_on end
            as override_expires_on,
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
        comparisons.health_band = 'green' and red_insides.reasons is not null
            as is_watermelon,
        case when comparisons.health_band = 'green' then red_insides.reasons end
            as watermelon_reasons,
        runs.sequence_number,
        runs.months_since_previous,
        runs.months_in_band,
        runs.months_declining
    from results
    left join overrides
        on
            results.account_id = overrides.account_id
            and results.score_month = overrides.score_month
    {%- for relation in joined %}
        left join {{ relation }}
            on
                results.account_id = {{ relation }}.account_id
                and results.score_month = {{ relation }}.score_month
                and results.score_series = {{ relation }}.score_series
    {%- endfor %}
)

select * from final
