with

health_grades as (
    select * from {{ ref('health_grades') }}
),

summary as (
    select
        min(score_from) as lowest,
        count(*) as grades,
        count(distinct grade) as different_grades,
        count(distinct score_from) as different_borders
    from health_grades
),

final as (
    select
        'health_grades.csv: the lowest grade must start at 0, found '
        || coalesce({{ number_as_text('lowest') }}, 'no grade') as problem
    from summary
    where coalesce(lowest, -1) <> 0
    union all
    select 'health_grades.csv: each grade and border must occur once' as problem
    from summary
    where grades <> different_grades or grades <> different_borders
)

select * from final
