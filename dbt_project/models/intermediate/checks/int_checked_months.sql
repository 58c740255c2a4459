{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_score_months') }}
),

of_the_run as (
    select
        score_month,
        as_of,
        is_provisional,
        row_number() over (
            partition by is_provisional
            order by score_month desc nulls last
        ) as place
    from months
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

-- What broke today is in every month that the run computes, the month before included:
-- only a month that it left alone still says how things were.
before_the_run as (
    select max(score_month) as compared_month
    from months
    where score_month < {{ batch_start() }}
),

final as (
    select
        of_the_run.score_month,
        of_the_run.as_of,
        of_the_run.is_provisional,
        of_the_run.score_month = max(of_the_run.score_month) over () as is_newest,
        before_the_run.compared_month
    from of_the_run
    cross join before_the_run
    where of_the_run.place = 1
)

select * from final
