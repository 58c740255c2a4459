{{ config(materialized='replace_months', through='newest') }}

{%- set periods = [
    ('month', 'previous_month'),
    ('quarter', 'previous_quarter_month'),
    ('year', 'previous_year_month')
] %}

with

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        is_in_series
        and score_month
        between cast({{ dbt.dateadd('month', -12, batch_start()) }} as date)
        and {{ newest_month() }}
),

bands as (
    select * from {{ ref('int_health_bands') }}
    where
        score_month
        between cast({{ dbt.dateadd('month', -12, batch_start()) }} as date)
        and {{ newest_month() }}
),

months as (
    select * from {{ ref('int_months') }}
),

scored as (
    select
        results.account_id,
        results.score_month,
        results.score_series,
        results.health_score,
        {%- for group in var('metric_groups') %}
            results.{{ group }}_score,
        {%- endfor %}
        bands.health_band,
        bands.override_band
    from results
    inner join bands
        on
            results.account_id = bands.account_id
            and results.score_month = bands.score_month
            and results.score_series = bands.score_series
),

final as (
    select
        scored.account_id,
        scored.score_month,
        scored.score_series,
        {%- for period, month in periods %}
            {{ period }}_before.health_score as previous_{{ period }}_score,
            {{ as_written('scored.health_score - ' ~ period ~ '_before.health_score') }}
                as {{ 'score_change' if period == 'month' else period ~ '_change' }},
        {%- endfor %}
        {%- for group in var('metric_groups') %}
            {%- set score = group ~ '_score' %}
            {{ as_written('scored.' ~ score ~ ' - month_before.' ~ score) }}
                as {{ score }}_change,
        {%- endfor %}
        coalesce(scored.override_band, month_before.override_band) is not null
            as has_override,
        scored.health_band,
        month_before.health_band as previous_month_band,
        scored.health_band <> month_before.health_band as has_band_changed,
        cast(
            sign(
                {{ band_as_number('scored.health_band') }}
                - {{ band_as_number('month_before.health_band') }}
            ) as double
        ) as band_direction
    from scored
    inner join months on scored.score_month = months.score_month
    {%- for period, month in periods %}
        left join scored as {{ period }}_before
            on
                scored.account_id = {{ period }}_before.account_id
                and scored.score_series = {{ period }}_before.score_series
                and months.{{ month }} = {{ period }}_before.score_month
    {%- endfor %}
    where scored.score_month >= {{ batch_start() }}
)

select * from final
