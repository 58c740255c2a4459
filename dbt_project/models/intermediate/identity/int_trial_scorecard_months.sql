with scorecards as (
    select * from {{ ref('scorecards') }}
),

months as (
    select * from {{ ref('int_months') }}
),

versions as (
    select
        lifecycle_stage,
        effective_from,
        coalesce(effective_to, lead(effective_from) over (
            partition by scorecard
            order by effective_from nulls last
        )) as effective_to
    from scorecards
),

final as (
    select distinct months.score_month
    from months
    inner join versions
        on
            versions.lifecycle_stage = 'trial'
            and versions.effective_from <= months.score_month
            and (
                versions.effective_to is null
                or versions.effective_to > months.score_month
            )
)

select * from final
