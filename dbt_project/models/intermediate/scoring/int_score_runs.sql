{{ config(materialized='replace_months', through='newest') }}

{%- set runs = ['band', 'decline'] %}

with

-- A run starts again after a gap, with another band, without a fall of the score.
comparisons as (
    select
        account_id,
        score_month,
        score_series,
        case when coalesce(has_band_changed, true) then score_month end
            as band_start,
        case
            when {{ as_compared('score_change') }} < 0 then null
            else score_month
        end as decline_start
    from {{ ref('int_score_comparisons') }}
    where score_month <= {{ newest_month() }}
),

-- Where the months before the batch left off: sums suffice, however long the history.
history as (
    select
        account_id,
        score_series,
        count(*) as months,
        {%- for run in runs %}
            max({{ run }}_start) as {{ run }}_start,
        {%- endfor %}
        max(score_month) as last_month
    from comparisons
    where score_month < {{ batch_start() }}
    group by account_id, score_series
),

stepped as (
    select
        account_id,
        score_month,
        score_series,
        row_number() over (
            partition by account_id, score_series
            order by score_month nulls last
        ) as month_of_batch,
        {%- for run in runs %}
            max({{ run }}_start) over (
                partition by account_id, score_series
                order by score_month nulls last
                rows between unbounded preceding and current row
            ) as {{ run }}_start,
        {%- endfor %}
        lag(score_month) over (
            partition by account_id, score_series
            order by score_month nulls last
        ) as last_month
    from comparisons
    where score_month >= {{ batch_start() }}
),

counted as (
    select
        stepped.account_id,
        stepped.score_month,
        stepped.score_series,
        coalesce(history.months, 0) + stepped.month_of_batch as sequence_number,
        {%- for run in runs %}
            coalesce(stepped.{{ run }}_start, history.{{ run }}_start)
                as {{ run }}_start,
        {%- endfor %}
        coalesce(stepped.last_month, history.last_month) as last_month
    from stepped
    left join history
        on
            stepped.account_id = history.account_id
            and stepped.score_series = history.score_series
),

final as (
    select
        account_id,
        score_month,
        score_series,
        cast(sequence_number as integer) as sequence_number,
        cast({{ dbt.datediff(
            'last_month', 'score_month', 'month'
        ) }} as integer) as months_since_previous,
        cast({{ dbt.datediff(
            'band_start', 'score_month', 'month'
        ) }} + 1 as integer) as months_in_band,
        cast({{ dbt.datediff(
            'decline_start', 'score_month', 'month'
        ) }} as integer) as months_declining
    from counted
)

select * from final
