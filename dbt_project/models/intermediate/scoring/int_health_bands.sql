{{ config(materialized='replace_months', through='newest') }}

with

-- To the table's start: the last score beyond a border's margin may be long ago.
results as (
    select * from {{ ref('int_scorecard_results') }}
    where is_in_series and score_month <= {{ newest_month() }}
),

performance as (
    select * from {{ ref('int_overall_performance') }}
    where is_in_series
),

overrides as (
    select * from {{ ref('int_band_overrides') }}
),

-- One series per account and use case; months without a score say nothing.
ordered as (
    select
        *,
        row_number() over (
            partition by account_id, score_series, health_score is null
            order by score_month nulls last
        ) as scored_months
    from results
),

-- What a month says about each border: set, clear, or nothing (within the margin).
signals as (
    select
        account_id,
        score_month,
        score_series,
        {%- for border in ['yellow_from', 'green_from'] %}
            {%- set score = as_compared('health_score') %}
            case
                when health_score is null then null
                when scored_months = 1 then {{ score }} >= {{ as_compared(border) }}
                when {{ score }} >= {{ as_compared(border ~ ' + band_margin') }}
                    then true
                when {{ score }} < {{ as_compared(border ~ ' - band_margin') }}
                    then false
            end as signal_{{ border }},
        {%- endfor %}
        health_score,
        method
    from ordered
),

latched as (
    select
        account_id,
        score_month,
        score_series,
        {%- for border in ['yellow_from', 'green_from'] %}
            {{ last_known(
                'signal_' ~ border, 'account_id, score_series', 'score_month'
            ) }} as is_{{ border }},
        {%- endfor %}
        health_score,
        method
    from signals
),

calculated as (
    select
        latched.account_id,
        latched.score_month,
        latched.score_series,
        case
            when latched.method = 'rating' then performance.rating_band
            when latched.health_score is null then 'unknown'
            when latched.is_green_from then 'green'
            when latched.is_yellow_from then 'yellow'
            else 'red'
        end as calculated_band
    from latched
    left join performance
        on
            latched.account_id = performance.account_id
            and latched.score_month = performance.score_month
            and latched.score_series = performance.score_series
    where latched.score_month >= {{ batch_start() }}
),

-- A CSM overrides the band that people act on: that of the primary use case. (As a
-- condition of the join this would compare all pairs of rows.)
overridden as (
    select
        calculated.*,
        case
            when calculated.score_series = '{{ var("primary_use_case") }}'
                then overrides.override_band
        end as override_band
    from calculated
    left join overrides
        on
            calculated.account_id = overrides.account_id
            and calculated.score_month = overrides.score_month
),

final as (
    select
        *,
        coalesce(override_band, calculated_band) as health_band
    from overridden
)

select * from final
