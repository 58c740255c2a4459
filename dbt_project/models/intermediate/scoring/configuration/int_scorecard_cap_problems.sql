with

scorecards as (
    select distinct
        scorecard,
        version
    from {{ ref('scorecards') }}
),

scorecard_metrics as (
    select distinct
        scorecard,
        version,
        metric
    from {{ ref('scorecard_metrics') }}
),

caps as (
    select
        *,
        row_number() over (
            partition by scorecard, version
            order by metric nulls last, below_score nulls last
        ) as row_of_version,
        row_number() over (
            partition by scorecard, version, metric, below_score
            order by max_health_score nulls last
        ) as row_of_rule
    from {{ ref('scorecard_caps') }}
),

judged as (
    select
        'scorecard_caps.csv: ' || caps.scorecard || ' version ' || caps.version
        || ', metric ' || coalesce(caps.metric, '(none)') || ': ' as place,
        case
            when scorecards.scorecard is null then 'scorecards.csv has no such version'
            when scorecard_metrics.metric is null
                then
                    'the version does not list it in scorecard_metrics.csv, '
                    || 'so it has no score (weight 0 suffices)'
            when caps.row_of_version > 5 then 'a version may have at most 5 caps'
            when caps.row_of_rule > 1 then 'the same rule is listed twice'
            when
                coalesce(caps.below_score, 0) <= 0
                or coalesce(caps.below_score, 0) > 100
                then 'below_score must be a number above 0, at most 100'
            when coalesce(caps.max_health_score, -1) not between 0 and 100
                then 'max_health_score must be a number from 0 to 100'
            when caps.reason is null then 'a reason must be given, people read it'
        end as problem
    from caps
    left join scorecards
        on
            caps.scorecard = scorecards.scorecard
            and caps.version = scorecards.version
    left join scorecard_metrics
        on
            caps.scorecard = scorecard_metrics.scorecard
            and caps.version = scorecard_metrics.version
            and caps.metric = scorecard_metrics.metric
),

final as (
    select place || problem as problem from judged
    where problem is not null
)

select * from final
