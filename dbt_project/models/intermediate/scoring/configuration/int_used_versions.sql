with

stored as (
    {{ stored_versions() }}
),

closed as (
    select
        *,
        row_number() over (
            partition by scorecard, scorecard_version
            order by score_month desc nulls last
        ) as newest_first
    from stored
    where
        scorecard is not null
        and not is_provisional
        and score_month <= {{ last_closed_month() }}
),

final as (
    select
        scorecard,
        scorecard_version,
        max(case when newest_first = 1 then version_hash end) as version_hash,
        min(score_month) as first_used_month,
        max(score_month) as last_used_month
    from closed
    group by scorecard, scorecard_version
)

select * from final
