{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

final as (
    select
        score_month,
        month_starts_at,
        month_ends_at,
        least(month_ends_at, {{ as_of() }}) as as_of,
        month_ends_at > {{ as_of() }} as is_provisional
    from months
    where month_starts_at < {{ as_of() }}
)

select * from final
