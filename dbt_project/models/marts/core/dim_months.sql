with months as (
    select * from {{ ref('int_months') }}
),

final as (
    select
        score_month,
        month_starts_at,
        month_ends_at,
        calendar_year,
        calendar_quarter,
        previous_month,
        previous_quarter_month,
        previous_year_month,
        next_month
    from months
)

select * from final
