{{ config(materialized='replace_months', through='newest') }}

with

-- To the table's start: a border's state comes from the last score beyond its margin, however long
-- ago.
results as (
    select * from {{ ref('int_scorecard_results') }}
    where is_official and score_month <= {{ newest_month() }}
),

-- One series per account and use case; months without a score keep their place and say nothing.
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
        health_score
        {%- for border in ['yellow_from', 'green_from'] %},
        case
            when health_score is null then null
            when scored_months = 1
                then {{ as_compared('health_score') }} >= {{ as_compared(border) }}
            when {{ as_compared('health_score') }} >= {{ as_compared(border ~ ' + band_margin') }}
                then true
            when {{ as_compared('health_score') }} < {{ as_compared(border ~ ' - band_margin') }}
                then false
        end as signal_{{ border }}
        {%- endfor %}
    from ordered
),

latched as (
    select
        account_id,
        score_month,
        use_case,
        health_score
        {%- for border in ['yellow_from', 'green_from'] %},
        {{ last_known('signal_' ~ border, 'account_id, use_case', 'score_month') }}
            as is_{{ border }}
        {%- endfor %}
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
