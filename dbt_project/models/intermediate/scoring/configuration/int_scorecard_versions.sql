with

scorecards as (
    select * from {{ ref('scorecards') }}
),

versions as (
    select
        *,
        lead(effective_from) over (
            partition by scorecard
            order by effective_from nulls last, version nulls last
        ) as next_effective_from
    from scorecards
),

final as (
    select
        scorecard,
        version as scorecard_version,
        use_case,
        method,
        effective_from,
        coalesce(effective_to, next_effective_from) as effective_to,
        priority,
        size_segment,
        lifecycle_stage,
        vertical,
        region,
        case when size_segment is null then 0 else 1 end
        + case when lifecycle_stage is null then 0 else 1 end
        + case when vertical is null then 0 else 1 end
        + case when region is null then 0 else 1 end as condition_count,
        yellow_from,
        green_from,
        band_margin,
        min_coverage,
        min_groups
    from versions
)

select * from final
