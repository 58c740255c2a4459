with

scorecards as (
    select distinct
        scorecard,
        version
    from {{ ref('scorecards') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

scorecard_groups as (
    select
        *,
        row_number() over (
            partition by scorecard, version, metric_group
            order by group_weight nulls last
        ) as row_of_group
    from {{ ref('scorecard_groups') }}
),

scorecard_metrics as (
    select
        *,
        row_number() over (
            partition by scorecard, version, metric
            order by metric_weight nulls last
        ) as row_of_metric
    from {{ ref('scorecard_metrics') }}
),

group_problems as (
    select
        'scorecard_groups.csv: ' || rows_of_file.scorecard
        || ' version ' || rows_of_file.version
        || ', group ' || rows_of_file.metric_group || ': ' as place,
        case
            when scorecards.scorecard is null then 'scorecards.csv has no such version'
            when rows_of_file.row_of_group > 1 then 'the group is listed twice'
            when
                rows_of_file.metric_group not in (
                    {%- for group in var('metric_groups') %}
                        '{{ group }}'{{ ',' if not loop.last }}
                    {%- endfor %}
                )
                then 'there is no such metric group'
            when coalesce(rows_of_file.group_weight, -1) < 0
                then 'group_weight must be a number from 0 to 100'
        end as problem
    from scorecard_groups as rows_of_file
    left join scorecards
        on
            rows_of_file.scorecard = scorecards.scorecard
            and rows_of_file.version = scorecards.version
),

metric_problems as (
    select
        'scorecard_metrics.csv: ' || rows_of_file.scorecard
        || ' version ' || rows_of_file.version
        || ', metric ' || rows_of_file.metric || ': ' as place,
        case
            when scorecards.scorecard is null then 'scorecards.csv has no such version'
            when rows_of_file.row_of_metric > 1 then 'the metric is listed twice'
            when metrics.metric is null then 'metrics.csv has no such metric'
            when scorecard_groups.metric_group is null
                then
                    'it belongs to group ' || metrics.metric_group
                    || ', which the version does not list in scorecard_groups.csv'
            when coalesce(rows_of_file.metric_weight, -1) < 0
                then 'metric_weight must be a number from 0 to 100'
            when rows_of_file.worst_value is null or rows_of_file.best_value is null
                then 'worst_value and best_value must both be given'
            when rows_of_file.worst_value = rows_of_file.best_value
                then 'worst_value and best_value must differ'
        end as problem
    from scorecard_metrics as rows_of_file
    left join scorecards
        on
            rows_of_file.scorecard = scorecards.scorecard
            and rows_of_file.version = scorecards.version
    left join metrics on rows_of_file.metric = metrics.metric
    left join scorecard_groups
        on
            rows_of_file.scorecard = scorecard_groups.scorecard
            and rows_of_file.version = scorecard_groups.version
            and metrics.metric_group = scorecard_groups.metric_group
            and scorecard_groups.row_of_group = 1
),

final as (
    select place || problem as problem from group_problems
    where problem is not null
    union all
    select place || problem as problem from metric_problems
    where problem is not null
)

select * from final
