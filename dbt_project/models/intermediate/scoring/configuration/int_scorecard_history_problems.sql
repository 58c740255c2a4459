{%- set new_line = '\n        ' -%}
{%- set next_month -%}
    cast(cast({{ dbt.dateadd('month', 1, 'last_scored_month') }} as date)
    as {{ dbt.type_string() }})
{%- endset -%}

with

used_versions as (
    select * from {{ ref('int_used_versions') }}
),

changes as (
    select * from {{ ref('int_used_version_changes') }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

scored_versions as (
    {{ stored_versions() }}
),

closed_months as (
    select
        min(score_month) as first_scored_month,
        max(score_month) as last_scored_month
    from scored_versions
    where not is_provisional and score_month <= {{ last_closed_month() }}
),

changed_versions as (
    select
        used_versions.scorecard,
        used_versions.scorecard_version,
        used_versions.first_used_month,
        used_versions.last_used_month,
        case
            when max(versions.scorecard) is null then 'all its rows are gone'
            else {{ joined_in_order('changes.change', new_line) }}
        end as changes
    from used_versions
    inner join changes
        on
            used_versions.scorecard = changes.scorecard
            and used_versions.scorecard_version = changes.scorecard_version
    left join versions
        on
            used_versions.scorecard = versions.scorecard
            and used_versions.scorecard_version = versions.scorecard_version
    group by
        used_versions.scorecard,
        used_versions.scorecard_version,
        used_versions.first_used_month,
        used_versions.last_used_month
),

-- What ends before the first scored month or starts after the last closed one rewrites
-- nothing.
late_versions as (
    select
        versions.scorecard,
        versions.scorecard_version,
        versions.effective_from,
        closed_months.last_scored_month
    from versions
    cross join closed_months
    left join used_versions
        on
            versions.scorecard = used_versions.scorecard
            and versions.scorecard_version = used_versions.scorecard_version
    where
        used_versions.scorecard is null
        and versions.effective_from <= closed_months.last_scored_month
        and (
            versions.effective_to is null
            or versions.effective_to > closed_months.first_scored_month
        )
),

final as (
    select
        scorecard || ' version ' || scorecard_version
        || ' was in effect in closed months ('
        || {{ month_in_digits('first_used_month') }} || ' to '
        || {{ month_in_digits('last_used_month') }}
        || ') and cannot change any more. '
        || 'Undo this; a change is a new version, with effective_from '
        || {{ next_month }}
        || ' or later:{{ new_line }}' || changes as problem
    from changed_versions
    cross join closed_months
    union all
    select
        'scorecards.csv: ' || scorecard || ' version ' || scorecard_version
        || ': effective_from is ' || cast(effective_from as {{ dbt.type_string() }})
        || ', it must be ' || {{ next_month }} || ' or later: months up to '
        || {{ month_in_digits('last_scored_month') }}
        || ' are closed, and no version may score them anew' as problem
    from late_versions
)

select * from final
