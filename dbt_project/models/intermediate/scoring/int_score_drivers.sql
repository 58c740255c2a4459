{{ config(materialized='replace_months', through='newest', batch='bounded') }}

with

brackets as (
    select * from {{ ref('int_score_brackets') }}
),

counting as (
    select * from {{ ref('int_metric_scores') }}
    where
        effective_weight > 0
        and score_month
        between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

{%- for side, month in [('before', 'month_before'), ('after', 'score_month')] %}

    counting_{{ side }} as (
        select
            brackets.account_id,
            brackets.score_month,
            brackets.score_series,
            brackets.bracket,
            brackets.raw_score_before,
            brackets.raw_score_after,
            counting.metric,
            counting.metric_score,
            counting.effective_weight,
            counting.contribution
        from brackets
        inner join counting
            on
                brackets.account_id = counting.account_id
                and brackets.{{ month }} = counting.score_month
                and brackets.scorecard_{{ side }} = counting.scorecard
                and brackets.version_{{ side }} = counting.scorecard_version
    ),
{%- endfor %}

both_sides as (
    select
        {%- for key in [
            'account_id', 'score_month', 'score_series', 'bracket', 'metric'
        ] %}
            coalesce(counting_before.{{ key }}, counting_after.{{ key }}) as {{ key }},
        {%- endfor %}
        coalesce(
            counting_after.raw_score_before + counting_after.raw_score_after,
            counting_before.raw_score_before + counting_before.raw_score_after
        ) / 2 as mean_raw_score,
        coalesce(counting_after.effective_weight, 0)
        - coalesce(counting_before.effective_weight, 0) as weight_change,
        coalesce(counting_after.contribution, 0)
        - coalesce(counting_before.contribution, 0) as contribution_change,
        coalesce(
            (counting_before.effective_weight + counting_after.effective_weight) / 2
            * (counting_after.metric_score - counting_before.metric_score),
            0
        ) as value_effect
    from counting_before
    full outer join counting_after
        on
            counting_before.account_id = counting_after.account_id
            and counting_before.score_month = counting_after.score_month
            and counting_before.score_series = counting_after.score_series
            and counting_before.bracket = counting_after.bracket
            and counting_before.metric = counting_after.metric
),

-- What a contribution changed beyond the value effect is the mean of the two scores (or
-- the one that exists) times the change of the weight: so the effects sum to the change
-- of the stored contributions exactly.
final as (
    select
        account_id,
        score_month,
        score_series,
        bracket,
        metric,
        {{ as_written('value_effect') }} as value_effect,
        {{ as_written(
            'contribution_change - value_effect - mean_raw_score * weight_change'
        ) }} as weight_effect
    from both_sides
)

select * from final
