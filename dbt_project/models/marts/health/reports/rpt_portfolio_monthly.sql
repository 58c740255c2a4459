{{ config(materialized='replace_months', through='newest') }}

{%- set cell = ['csm_name', 'size_segment', 'health_band'] %}
{%- set counts = [
    'accounts', 'scored_accounts', 'tentative_accounts', 'watermelon_accounts',
    'declining_accounts', 'accounts_without_mrr'
] %}
{%- set sums = [
    'score_sum', 'mrr_reporting', 'scored_mrr_reporting', 'mrr_weighted_score_sum'
] %}

with

scores as (
    select
        *,
        coalesce(csm_name, 'unassigned') as known_csm_name,
        case when health_score is not null then mrr_reporting end
            as scored_mrr_reporting
    from {{ ref('fct_health_scores_monthly') }}
    where
        score_month between cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
        and {{ newest_month() }}
),

calendar as (
    select * from {{ ref('int_months') }}
),

months as (
    select
        score_month,
        bool_or(is_provisional) as is_provisional
    from scores
    group by score_month
),

cells as (
    select
        score_month,
        known_csm_name as csm_name,
        size_segment,
        health_band,
        count(*) as accounts,
        count(health_score) as scored_accounts,
        count(case when is_tentative then 1 end) as tentative_accounts,
        count(case when is_watermelon then 1 end) as watermelon_accounts,
        count(case when months_declining > 0 then 1 end) as declining_accounts,
        count(*) - count(mrr_reporting) as accounts_without_mrr,
        {{ exact_sum('health_score') }} as score_sum,
        {{ sum_of_money('mrr_reporting') }} as mrr_reporting,
        {{ sum_of_money('scored_mrr_reporting') }} as scored_mrr_reporting,
        {{ sum_of_money('mrr_reporting * health_score') }} as mrr_weighted_score_sum
    from scores
    group by score_month, known_csm_name, size_segment, health_band
),

previous_cells as (
    select
        cells.*,
        calendar.next_month
    from cells
    inner join calendar on cells.score_month = calendar.score_month
),

-- A cell that is empty now still has what it lost.
compared_cells as (
    select
        coalesce(cells.score_month, previous_cells.next_month) as score_month,
        {%- for column in cell %}
            coalesce(cells.{{ column }}, previous_cells.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for measure in counts + sums %}
            coalesce(cells.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        coalesce(previous_cells.accounts, 0) as previous_month_accounts,
        coalesce(previous_cells.mrr_reporting, 0) as previous_month_mrr_reporting
    from cells
    full outer join previous_cells
        on
            cells.score_month = previous_cells.next_month
            and cells.csm_name = previous_cells.csm_name
            and cells.size_segment = previous_cells.size_segment
            and cells.health_band = previous_cells.health_band
),

-- Before the first month nothing is known, which is not the same as nobody.
final as (
    select
        compared_cells.score_month,
        {%- for column in cell + counts + sums %}
            compared_cells.{{ column }},
        {%- endfor %}
        {{ as_written(
            'compared_cells.score_sum / nullif(compared_cells.scored_accounts, 0)'
        ) }} as average_score,
        {{ as_written(
            'compared_cells.mrr_weighted_score_sum
            / nullif(compared_cells.scored_mrr_reporting, 0)'
        ) }} as mrr_weighted_score,
        {%- for measure in ['accounts', 'mrr_reporting'] %}
            case
                when previous_months.score_month is not null
                    then compared_cells.previous_month_{{ measure }}
            end as previous_month_{{ measure }},
            case
                when previous_months.score_month is not null
                    then
                        compared_cells.{{ measure }}
                        - compared_cells.previous_month_{{ measure }}
            end as {{ measure }}_change,
        {%- endfor %}
        months.is_provisional
    from compared_cells
    inner join months on compared_cells.score_month = months.score_month
    inner join calendar on months.score_month = calendar.score_month
    left join months as previous_months
        on calendar.previous_month = previous_months.score_month
    where compared_cells.score_month >= {{ batch_start() }}
)

select * from final
