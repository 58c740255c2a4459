{{ config(materialized='replace_months', through='newest') }}

-- For the newest month: depends_on: {{ ref('int_account_months') }}

with

raw_scores as (
    select * from {{ ref('int_raw_scores') }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

caps as (
    select * from {{ ref('int_score_caps') }}
),

health_grades as (
    select
        grade,
        {{ as_compared('score_from') }} as score_from,
        lead({{ as_compared('score_from') }}, 1, 1000) over (
            order by score_from nulls last
        ) as next_score_from
    from {{ ref('health_grades') }}
),

gated as (
    select
        raw_scores.*,
        versions.method,
        versions.yellow_from,
        versions.green_from,
        versions.band_margin,
        caps.cap_metric,
        caps.cap_reason,
        coalesce(caps.max_health_score, 100) as max_health_score,
        case
            when raw_scores.scorecard is null then 'no_scorecard'
            when raw_scores.observed_weight = 0 then 'nothing_observed'
            when raw_scores.available_groups < versions.min_groups then 'too_few_groups'
            when
                {{ as_compared('raw_scores.coverage') }}
                < {{ as_compared('versions.min_coverage') }}
                then 'low_coverage'
        end as unknown_reason
    from raw_scores
    left join versions
        on
            raw_scores.scorecard = versions.scorecard
            and raw_scores.scorecard_version = versions.scorecard_version
    left join caps
        on
            raw_scores.account_id = caps.account_id
            and raw_scores.score_month = caps.score_month
            and raw_scores.scorecard = caps.scorecard
            and raw_scores.scorecard_version = caps.scorecard_version
),

scored as (
    select
        *,
        case when unknown_reason is null then least(raw_score, max_health_score) end
            as health_score,
        {{ raw_band(
            'least(score_low, max_health_score)', 'yellow_from', 'green_from'
        ) }} as lowest_band,
        {{ raw_band(
            'least(score_high, max_health_score)', 'yellow_from', 'green_from'
        ) }} as highest_band
    from gated
),

final as (
    select
        {%- for column in [
            'account_id', 'score_month', 'score_series', 'use_case', 'scorecard',
            'scorecard_version', 'is_official', 'is_in_series', 'is_shown', 'method',
            'yellow_from', 'green_from', 'band_margin'
        ] %}
            scored.{{ column }},
        {%- endfor %}
        scored.health_score,
        health_grades.grade as health_grade,
        scored.raw_score,
        {{ as_written('scored.health_score - scored.raw_score') }} as cap_adjustment,
        {%- for cap in ['cap_metric', 'cap_reason'] %}
            case when scored.health_score < scored.raw_score then scored.{{ cap }} end
                as {{ cap }},
        {%- endfor %}
        scored.score_low,
        scored.score_high,
        scored.coverage,
        scored.unknown_reason,
        {%- for group in var('metric_groups') %}
            scored.{{ group }}_score,
        {%- endfor %}
        {{ raw_band('scored.health_score', 'scored.yellow_from', 'scored.green_from') }}
            as raw_band,
        case
            when scored.health_score is not null
                then scored.lowest_band <> scored.highest_band
        end as is_tentative
    from scored
    left join health_grades
        on
            {{ as_compared('scored.health_score') }} >= health_grades.score_from
            and {{ as_compared('scored.health_score') }} < health_grades.next_score_from
)

select * from final
