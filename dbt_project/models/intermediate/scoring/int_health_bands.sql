{{ config(materialized='replace_months', through='newest') }}

{%- set borders = ['yellow_from', 'green_from'] %}

with

-- To the table's start: the last score beyond a border's margin may be long ago. Months
-- without a score say nothing.
results as (
    select * from {{ ref('int_scorecard_results') }}
    where is_in_series and score_month <= {{ newest_month() }}
),

performance as (
    select * from {{ ref('int_overall_performance') }}
    where
        is_in_series
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

overrides as (
    select * from {{ ref('int_band_overrides') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

first_scores as (
    select
        account_id,
        score_series,
        min(score_month) as first_month
    from results
    where health_score is not null
    group by account_id, score_series
),

-- What a month says about each border: set, clear, or nothing (within the margin).
signals as (
    select
        results.account_id,
        results.score_month,
        results.score_series,
        {%- for border in borders %}
            {%- set score = as_compared('results.health_score') %}
            {%- set limit = 'results.' ~ border %}
            case
                when results.health_score is null then null
                when results.score_month = first_scores.first_month
                    then {{ score }} >= {{ as_compared(limit) }}
                when {{ score }} >= {{ as_compared(limit ~ ' + results.band_margin') }}
                    then true
                when {{ score }} < {{ as_compared(limit ~ ' - results.band_margin') }}
                    then false
            end as signal_{{ border }},
        {%- endfor %}
        results.health_score,
        results.method
    from results
    left join first_scores
        on
            results.account_id = first_scores.account_id
            and results.score_series = first_scores.score_series
),

-- How the months before the batch left the latches: no window over a long history.
history as (
    select
        account_id,
        {%- for border in borders %}
            {%- set signal = 'signal_' ~ border %}
            max_by(
                {{ signal }}, case when {{ signal }} is not null then score_month end
            ) as {{ signal }},
        {%- endfor %}
        score_series
    from signals
    where score_month < {{ batch_start() }}
    group by account_id, score_series
),

latched as (
    select
        signals.account_id,
        signals.score_month,
        signals.score_series,
        {%- for border in borders %}
            {%- set signal = 'signal_' ~ border %}
            coalesce(
                {{ last_known(
                    'signals.' ~ signal,
                    'signals.account_id, signals.score_series',
                    'signals.score_month'
                ) }},
                history.{{ signal }}
            ) as is_{{ border }},
        {%- endfor %}
        signals.health_score,
        signals.method
    from signals
    left join history
        on
            signals.account_id = history.account_id
            and signals.score_series = history.score_series
    where signals.score_month >= {{ batch_start() }}
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
),

-- A CSM overrides the band that people act on: that of the primary use case. (As a
-- condition of the join this would compare all pairs of rows.)
overridden as (
    select
        calculated.*,
        case
            when calculated.score_series = {{ quoted(var('primary_use_case')) }}
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
