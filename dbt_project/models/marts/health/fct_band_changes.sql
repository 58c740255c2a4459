{{ config(materialized='replace_months', through='newest') }}

with

band_changes as (
    select * from {{ ref('int_band_changes') }}
    where
        score_series = {{ quoted(var('primary_use_case')) }}
        and score_month between {{ batch_start() }} and {{ newest_month() }}
),

final as (
    select
        account_id,
        score_month,
        from_band,
        to_band,
        change_kind,
        drivers,
        sentence
    from band_changes
)

select * from final
