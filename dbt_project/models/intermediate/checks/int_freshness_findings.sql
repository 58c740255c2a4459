{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_checked_months') }}
    where is_newest
),

watermarks as (
    select * from {{ ref('int_load_watermarks') }}
),

sources as (
    select * from {{ ref('sources') }}
),

metric_sources as (
    select * from {{ ref('int_metric_sources') }}
),

late as (
    select
        watermarks.source,
        watermarks.resource,
        watermarks.complete_through,
        sources.freshness_hours
    from watermarks
    inner join sources
        on
            watermarks.source = sources.source
            and watermarks.resource = sources.resource
    where
        watermarks.complete_through < {{ dbt.dateadd(
            'hour', '-sources.freshness_hours', as_of()
        ) }}
),

late_metrics as (
    select
        late.source,
        count(distinct metric_sources.metric) as metrics
    from late
    inner join metric_sources
        on
            late.source = metric_sources.source
            and late.resource = metric_sources.resource
    group by late.source
),

late_sources as (
    select
        source,
        {{ joined_in_order('resource', ', ') }} as resources,
        min(complete_through) as complete_through,
        max(freshness_hours) as freshness_hours
    from late
    group by source
),

final as (
    select
        'sources_fresh' as check_name,
        'warn' as severity,
        months.score_month,
        late_sources.source as subject,
        'Complete through '
        || cast(late_sources.complete_through as {{ dbt.type_string() }})
        || ' UTC only, ' || coalesce(late_metrics.metrics, 0)
        || ' metrics are source_late: ' || late_sources.resources || '.' as found,
        'At most ' || late_sources.freshness_hours || ' hours before as_of.' as usual,
        'The run''s log says what the vendor answered; the next run loads what was '
        || 'missed. freshness_hours is in seeds/sources.csv.' as what_to_do
    from late_sources
    cross join months
    left join late_metrics on late_sources.source = late_metrics.source
)

select * from final
