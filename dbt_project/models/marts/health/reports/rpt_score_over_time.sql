{{ config(materialized='replace_months', through='newest') }}

{%- set bands = ['green', 'yellow', 'red', 'unknown'] %}

with

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

totals as (
    select
        score_month,
        cast(count(*) as double) as accounts,
        cast(count(health_score) as double) as scored_accounts,
        {{ exact_sum('health_score') }} as score_sum,
        median(health_score) as median_score,
        coalesce({{ sum_of_money('mrr_reporting') }}, 0) as mrr_reporting,
        {{ sum_of_money('case when health_score is not null then mrr_reporting end') }}
            as scored_mrr,
        {{ sum_of_money('mrr_reporting * health_score') }} as mrr_weighted_score_sum,
        {%- for band in bands %}
            cast(count(case when health_band = '{{ band }}' then 1 end) as double)
                as {{ band }}_accounts,
            coalesce({{ sum_of_money(
                "case when health_band = '" ~ band ~ "' then mrr_reporting end"
            ) }}, 0) as {{ band }}_mrr_reporting,
        {%- endfor %}
        cast(count(case when is_tentative then 1 end) as double) as tentative_accounts,
        cast(count(case when is_watermelon then 1 end) as double)
            as watermelon_accounts,
        cast(count(score_change) as double) as compared_accounts,
        {{ exact_sum('score_change') }} as score_change_sum,
        bool_or(is_provisional) as is_provisional
    from scores
    group by score_month
),

final as (
    select
        score_month,
        cast(accounts as bigint) as accounts,
        cast(scored_accounts as bigint) as scored_accounts,
        {{ as_written('score_sum / nullif(scored_accounts, 0)') }} as average_score,
        median_score,
        {{ as_written('mrr_weighted_score_sum / nullif(scored_mrr, 0)') }}
            as mrr_weighted_score,
        cast(compared_accounts as bigint) as compared_accounts,
        {{ as_written('score_change_sum / nullif(compared_accounts, 0)') }}
            as average_change,
        mrr_reporting,
        {%- for band in bands %}
            cast({{ band }}_accounts as bigint) as {{ band }}_accounts,
            {{ as_written(band ~ '_accounts / accounts') }} as {{ band }}_share,
            {{ band }}_mrr_reporting,
        {%- endfor %}
        cast(tentative_accounts as bigint) as tentative_accounts,
        {{ as_written('tentative_accounts / nullif(scored_accounts, 0)') }}
            as tentative_share,
        cast(watermelon_accounts as bigint) as watermelon_accounts,
        {{ as_written('watermelon_accounts / accounts') }} as watermelon_share,
        is_provisional
    from totals
)

select * from final
