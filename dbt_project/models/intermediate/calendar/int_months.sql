with months as (
    {{ dbt.date_spine(
        'month', "cast('2015-01-01' as date)", "cast('2051-01-01' as date)"
    ) | indent(4) }}
),

numbered as (
    select
        cast(date_month as date) as score_month,
        cast(extract(year from date_month) as integer) as calendar_year,
        cast(extract(quarter from date_month) as integer) as calendar_quarter
    from months
),

final as (
    select
        score_month,
        cast(score_month as timestamp) as month_starts_at,
        cast({{ dbt.dateadd('month', 1, 'score_month') }} as timestamp)
            as month_ends_at,
        calendar_year,
        calendar_quarter,
        cast({{ dbt.dateadd('month', -1, 'score_month') }} as date) as previous_month,
        cast({{ dbt.dateadd('month', -3, 'score_month') }} as date)
            as previous_quarter_month,
        cast({{ dbt.dateadd('month', -12, 'score_month') }} as date)
            as previous_year_month,
        cast({{ dbt.dateadd('month', 1, 'score_month') }} as date) as next_month
    from numbered
)

select * from final
