{{ config(materialized='replace_months') }}

with

raw_scores as (
    select * from {{ ref('int_raw_scores') }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

health_grades as (
    select
        grade,
        score_from,
        lead(score_from) over (order by score_from nulls last) as next_score_from
    from {{ ref('health_grades') }}
),

gated as (
    select
        raw_scores.*,
        versions.method,
        versions.yellow_from,
        versions.green_from,
        versions.band_margin,
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
),

scored as (
    select
        *,
        case when unknown_reason is null then raw_score end as health_score
    from gated
),

final as (
    select
        scored.account_id,
        scored.score_month,
        scored.use_case,
        scored.scorecard,
        scored.scorecard_version,
        scored.is_official,
        scored.method,
        scored.yellow_from,
        scored.green_from,
        scored.band_margin,
        scored.health_score,
        health_grades.grade as health_grade,
        scored.raw_score,
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
                then
                    {{ raw_band(
                        'scored.score_low', 'scored.yellow_from', 'scored.green_from'
                    ) }}
                    <> {{ raw_band(
                        'scored.score_high', 'scored.yellow_from', 'scored.green_from'
                    ) }}
        end as is_tentative
    from scored
    left join health_grades
        on
            {{ as_compared('scored.health_score') }}
            >= {{ as_compared('health_grades.score_from') }}
            and {{ as_compared('scored.health_score') }}
            < coalesce({{ as_compared('health_grades.next_score_from') }}, 1000)
)

select * from final
