{{ config(materialized='replace_months', through='newest') }}

with

results as (
    select * from {{ ref('int_scorecard_results') }}
    where is_in_series and score_month <= {{ newest_month() }}
),

bands as (
    select * from {{ ref('int_health_bands') }}
),

ordered as (
    select
        results.account_id,
        results.score_month,
        results.score_series,
        results.health_score,
        bands.health_band,
        extract(year from results.score_month) * 12
        + extract(month from results.score_month) as month_number
    from results
    inner join bands
        on
            results.account_id = bands.account_id
            and results.score_month = bands.score_month
            and results.score_series = bands.score_series
),

stepped as (
    select
        *,
        {%- for column in ['month_number', 'health_band', 'health_score'] %}
            lag({{ column }}) over (
                partition by account_id, score_series
                order by score_month nulls last
            ) as last_{{ column }},
        {%- endfor %}
        row_number() over (
            partition by account_id, score_series
            order by score_month nulls last
        ) as sequence_number
    from ordered
),

-- 1 where a run starts again: after a gap, with another band, without a fall.
restarts as (
    select
        *,
        case
            when month_number - last_month_number = 1 and health_band = last_health_band
                then 0
            else 1
        end as is_band_restart,
        case
            when
                month_number - last_month_number = 1
                and {{ as_compared('health_score - last_health_score') }} < 0
                then 0
            else 1
        end as is_decline_restart
    from stepped
),

runs as (
    select
        account_id,
        score_month,
        score_series,
        sequence_number,
        {%- for run in ['band', 'decline'] %}
            sum(is_{{ run }}_restart) over (
                partition by account_id, score_series
                order by score_month nulls last
                rows between unbounded preceding and current row
            ) as {{ run }}_run,
        {%- endfor %}
        month_number - last_month_number as months_since_previous
    from restarts
),

counted as (
    select
        account_id,
        score_month,
        score_series,
        cast(sequence_number as integer) as sequence_number,
        cast(months_since_previous as integer) as months_since_previous,
        cast(row_number() over (
            partition by account_id, score_series, band_run
            order by score_month nulls last
        ) as integer) as months_in_band,
        cast(row_number() over (
            partition by account_id, score_series, decline_run
            order by score_month nulls last
        ) - 1 as integer) as months_declining
    from runs
),

final as (
    select * from counted
    where score_month >= {{ batch_start() }}
)

select * from final
