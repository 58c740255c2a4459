{{ config(materialized='replace_months', through='newest', batch='bounded') }}

with

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

metric_rows as (
    select * from {{ ref('fct_health_metrics_monthly') }}
    where
        is_official
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

drivers as (
    select * from {{ ref('fct_health_drivers_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scorecard_metrics as (
    select * from {{ ref('int_scorecard_metrics') }}
),

driver_sums as (
    select
        account_id,
        score_month,
        metric,
        coalesce({{ exact_sum('value_effect') }}, 0) as value_effect,
        coalesce({{ exact_sum('weight_effect') }}, 0) as weight_effect,
        coalesce(
            {{ exact_sum("case when bracket = 'caps' then points end") }}, 0
        ) as cap_effect,
        {{ exact_sum('points') }} as points
    from drivers
    group by account_id, score_month, metric
),

-- What the version lists, and what left it and moved the score by that.
metric_history as (
    select
        scores.account_id,
        scores.score_month,
        'metric' as measure_kind,
        metric_rows.metric as measure,
        scorecard_metrics.label,
        scorecard_metrics.unit,
        metric_rows.metric_group,
        metric_rows.value,
        metric_rows.value_state,
        metric_rows.previous_month_value,
        metric_rows.value_change,
        metric_rows.metric_score,
        metric_rows.metric_score_change,
        metric_rows.rating,
        metric_rows.nominal_weight,
        metric_rows.effective_weight,
        metric_rows.contribution,
        metric_rows.lost_points,
        driver_sums.value_effect,
        driver_sums.weight_effect,
        driver_sums.cap_effect,
        driver_sums.points,
        scores.health_score,
        scores.health_band,
        scores.is_provisional
    from scores
    inner join metric_rows
        on
            scores.account_id = metric_rows.account_id
            and scores.score_month = metric_rows.score_month
            and scores.scorecard = metric_rows.scorecard
            and scores.scorecard_version = metric_rows.scorecard_version
    inner join scorecard_metrics
        on
            metric_rows.scorecard = scorecard_metrics.scorecard
            and metric_rows.scorecard_version = scorecard_metrics.scorecard_version
            and metric_rows.metric = scorecard_metrics.metric
    left join driver_sums
        on
            metric_rows.account_id = driver_sums.account_id
            and metric_rows.score_month = driver_sums.score_month
            and metric_rows.metric = driver_sums.metric
    where scorecard_metrics.worst_value is not null or driver_sums.metric is not null
),

final as (
    select * from metric_history
    union all
    select
        account_id,
        score_month,
        'score' as measure_kind,
        'health_score' as measure,
        'Health score' as label,
        'points' as unit,
        cast(null as {{ dbt.type_string() }}) as metric_group,
        health_score as value,
        cast(null as {{ dbt.type_string() }}) as value_state,
        previous_month_score as previous_month_value,
        score_change as value_change,
        {%- for column in ['metric_score', 'metric_score_change'] %}
            cast(null as double) as {{ column }},
        {%- endfor %}
        cast(null as {{ dbt.type_int() }}) as rating,
        {%- for column in [
            'nominal_weight', 'effective_weight', 'contribution', 'lost_points',
            'value_effect', 'weight_effect', 'cap_effect', 'points'
        ] %}
            cast(null as double) as {{ column }},
        {%- endfor %}
        health_score,
        health_band,
        is_provisional
    from scores
)

select * from final
