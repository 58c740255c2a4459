{{ config(materialized='replace_months', through='newest', batch='bounded') }}

{%- set extremes = [('positive', 'max'), ('negative', 'min')] %}

with

drivers as (
    select * from {{ ref('int_score_drivers') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

results as (
    select * from {{ ref('int_scorecard_results') }}
    where
        is_in_series
        and health_score is not null
        and score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

previous_scorings as (
    select * from {{ ref('int_previous_scorings') }}
),

metric_points as (
    select
        account_id,
        score_month,
        score_series,
        metric,
        {{ exact_sum("case when bracket = 'behaviour' then value_effect end") }}
            as behaviour,
        {{ exact_sum("case when bracket = 'behaviour' then weight_effect end") }}
            as coverage,
        {{ exact_sum(
            "case when bracket = 'configuration' then value_effect + weight_effect end"
        ) }} as configuration,
        {{ exact_sum('value_effect + weight_effect') }} as points
    from drivers
    group by account_id, score_month, score_series, metric
),

with_extremes as (
    select
        *,
        {%- for direction, extreme in extremes %}
            {{ extreme }}({{ as_compared('points') }}) over (
                partition by account_id, score_month, score_series
            ) as {{ direction }}_extreme,
        {%- endfor %}
        {{ as_compared('points') }} as compared_points
    from metric_points
),

-- The driver with most points either way; of equal ones the first by name.
with_drivers as (
    select
        *,
        case
            when compared_points = positive_extreme and compared_points > 0 then metric
        end as positive_driver,
        case
            when compared_points = negative_extreme and compared_points < 0 then metric
        end as negative_driver
    from with_extremes
),

totals as (
    select
        account_id,
        score_month,
        {%- for part in ['behaviour', 'coverage', 'configuration'] %}
            {{ exact_sum(part) }} as change_{{ part }},
        {%- endfor %}
        {%- for direction, extreme in extremes %}
            min({{ direction }}_driver) as top_{{ direction }}_driver,
            min_by(points, {{ direction }}_driver) as top_{{ direction }}_points,
        {%- endfor %}
        score_series
    from with_drivers
    group by account_id, score_month, score_series
),

final as (
    select
        results.account_id,
        results.score_month,
        results.score_series,
        {%- for part in ['behaviour', 'coverage', 'configuration'] %}
            coalesce(totals.change_{{ part }}, 0) as change_{{ part }},
        {%- endfor %}
        {{ as_written('results.cap_adjustment - previous.cap_adjustment') }}
            as change_caps,
        previous.cap_adjustment as previous_cap_adjustment,
        previous.cap_metric as previous_cap_metric,
        results.cap_adjustment,
        results.cap_metric,
        {%- for direction, extreme in extremes %}
            totals.top_{{ direction }}_driver,
            totals.top_{{ direction }}_points,
        {%- endfor %}
        previous_scorings.previous_month
    from results
    inner join previous_scorings
        on
            results.account_id = previous_scorings.account_id
            and results.score_month = previous_scorings.score_month
            and results.score_series = previous_scorings.score_series
    inner join results as previous
        on
            previous_scorings.account_id = previous.account_id
            and previous_scorings.score_series = previous.score_series
            and previous_scorings.previous_month = previous.score_month
    left join totals
        on
            results.account_id = totals.account_id
            and results.score_month = totals.score_month
            and results.score_series = totals.score_series
)

select * from final
