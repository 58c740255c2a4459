{{ config(materialized='replace_months', through='newest') }}

with

-- To the table's start: the last score beyond a border's margin may be long ago.
results as (
    select * from {{ ref('int_scorecard_results') }}
    where is_official and score_month <= {{ newest_month() }}
),

-- One series per account and use case; months without a score say nothing.
ordered as (
    select
        *,
        row_number() over (
            partition by account_id, use_case, health_score is null
            order by score_month nulls last
        ) as scored_months
    from results
),

-- What a month says about each border: set, clear, or nothing (within the margin).
signals as (
    select
        account_id,
        score_month,
        use_case,
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
        health_score
    from ordered
),

latched as (
    select
        account_id,
        score_month,
        use_case,
        {%- for border in ['yellow_from', 'green_from'] %}
            {{ last_known('signal_' ~ border, 'account_id, use_case', 'score_month') }}
                as is_{{ border }},
        {%- endfor %}
        health_score
    from signals
),

final as (
    select
        account_id,
        score_month,
        use_case,
        case
            when health_score is null then 'unknown'
            when is_green_from then 'green'
            when is_yellow_from then 'yellow'
            else 'red'
        end as health_band
    from latched
    where score_month >= {{ batch_start() }}
)

select * from final
