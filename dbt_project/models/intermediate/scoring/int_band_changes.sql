{{ config(materialized='replace_months', through='newest', batch='bounded') }}

{%- set parts = ['behaviour', 'coverage', 'configuration', 'caps'] %}

with

comparisons as (
    select * from {{ ref('int_score_comparisons') }}
    where
        has_band_changed
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

changes as (
    select * from {{ ref('int_score_changes') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

overrides as (
    select * from {{ ref('int_band_overrides') }}
),

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        is_in_series
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

driver_texts as (
    select
        account_id,
        score_month,
        score_series,
        {{ joined_in_order('metric', order_by='driver_rank') }} as drivers,
        {{ joined_in_order('case when driver_rank <= 2 then ' ~ driver_as_text(
            'label', 'text_before', 'text_after'
        ) ~ ' end', ' and ', 'driver_rank') }} as reasons
    from {{ ref('int_band_change_drivers') }}
    group by account_id, score_month, score_series
),

-- How far each part moved the score in the direction of the band.
moved as (
    select
        comparisons.account_id,
        comparisons.score_month,
        comparisons.score_series,
        comparisons.previous_month_band as from_band,
        comparisons.health_band as to_band,
        comparisons.previous_month_score,
        results.health_score,
        results.coverage,
        comparisons.has_override,
        overrides.override_reason,
        overrides.override_expires_on,
        results.cap_reason,
        results.unknown_reason,
        driver_texts.drivers,
        coalesce(driver_texts.reasons, 'several things moved a little') as reasons,
        {%- for part in parts %}
            {%- set points = 'comparisons.band_direction * changes.change_' ~ part %}
            coalesce({{ as_compared(points) }}, 0) as moved_by_{{ part }},
        {%- endfor %}
        coalesce(previous_scorings.has_version_changed, false) as has_version_changed
    from comparisons
    inner join results
        on
            comparisons.account_id = results.account_id
            and comparisons.score_month = results.score_month
            and comparisons.score_series = results.score_series
    left join overrides
        on
            comparisons.account_id = overrides.account_id
            and comparisons.score_month = overrides.score_month
    {%- for relation in ['changes', 'previous_scorings', 'driver_texts'] %}
        left join {{ relation }}
            on
                comparisons.account_id = {{ relation }}.account_id
                and comparisons.score_month = {{ relation }}.score_month
                and comparisons.score_series = {{ relation }}.score_series
    {%- endfor %}
),

-- A band can also change where no part moved that way: by other borders, or by ratings.
judged as (
    select
        *,
        case
            when has_override then 'override'
            when from_band = 'unknown' or to_band = 'unknown' then 'coverage'
            {%- for part in parts %}
                when
                    moved_by_{{ part }} > 0
                    and moved_by_{{ part }} = greatest(
                        {{ 'moved_by_' ~ parts | join(', moved_by_') }}
                    )
                    then '{{ part }}'
            {%- endfor %}
            when has_version_changed then 'configuration'
            else 'behaviour'
        end as change_kind
    from moved
),

final as (
    select
        account_id,
        score_month,
        score_series,
        from_band,
        to_band,
        change_kind,
        drivers,
        {{ band_change_sentence() }} as sentence
    from judged
)

select * from final
