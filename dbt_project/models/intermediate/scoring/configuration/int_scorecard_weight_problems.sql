with

scorecards as (
    select * from {{ ref('scorecards') }}
),

scorecard_groups as (
    select * from {{ ref('scorecard_groups') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

scorecard_metrics as (
    select
        scorecard_metrics.*,
        metrics.metric_group
    from {{ ref('scorecard_metrics') }} as scorecard_metrics
    inner join metrics on scorecard_metrics.metric = metrics.metric
),

version_weights as (
    select
        scorecards.scorecard,
        scorecards.version,
        coalesce(sum(scorecard_groups.group_weight), 0) as weight
    from scorecards
    left join scorecard_groups
        on
            scorecards.scorecard = scorecard_groups.scorecard
            and scorecards.version = scorecard_groups.version
    group by scorecards.scorecard, scorecards.version
),

group_weights as (
    select
        scorecard_groups.scorecard,
        scorecard_groups.version,
        scorecard_groups.metric_group,
        scorecard_groups.group_weight,
        coalesce(sum(scorecard_metrics.metric_weight), 0) as weight,
        coalesce(sum(
            case
                when scorecard_metrics.metric in ('csm_sentiment', 'relationship_depth')
                    then scorecard_metrics.metric_weight
            end
        ), 0) as representative_weight
    from scorecard_groups
    left join scorecard_metrics
        on
            scorecard_groups.scorecard = scorecard_metrics.scorecard
            and scorecard_groups.version = scorecard_metrics.version
            and scorecard_groups.metric_group = scorecard_metrics.metric_group
    group by
        scorecard_groups.scorecard,
        scorecard_groups.version,
        scorecard_groups.metric_group,
        scorecard_groups.group_weight
),

representative_shares as (
    select
        scorecard,
        version,
        sum(group_weight * representative_weight / 100) as share_in_percent
    from group_weights
    group by scorecard, version
),

final as (
    select
        'scorecard_groups.csv: the group weights of ' || scorecard
        || ' version ' || version || ' sum to ' || {{ number_as_text('weight') }}
        || ', they must sum to 100' as problem
    from version_weights
    where {{ as_compared('weight') }} <> 100
    union all
    select
        'scorecard_metrics.csv: the metric weights of ' || scorecard
        || ' version ' || version || ' in group ' || metric_group
        || ' sum to ' || {{ number_as_text('weight') }}
        || ', they must sum to 100' as problem
    from group_weights
    where {{ as_compared('weight') }} <> 100
    union all
    select
        'scorecard_metrics.csv: csm_sentiment and relationship_depth bring '
        || {{ number_as_text('share_in_percent') }} || ' % of ' || scorecard
        || ' version ' || version
        || ', at most 20 % may be the representative''s own judgement' as problem
    from representative_shares
    where {{ as_compared('share_in_percent') }} > 20
)

select * from final
