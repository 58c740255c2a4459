{%- set vendors = ['salesforce', 'pendo', 'zendesk', 'recurly'] -%}

with metrics as (
    select * from {{ ref('metrics') }}
),

sources as (
    select * from {{ ref('sources') }}
),

watermarks as (
    {% for vendor in vendors %}
        select
            source,
            resource,
            complete_from,
            complete_through
        from {{ ref('stg_' ~ vendor ~ '__load_watermarks') }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

final as (
    select
        metrics.metric,
        metrics.metric_group,
        metrics.window_days,
        metrics.earlier_windows,
        metrics.min_denominator,
        sources.source,
        sources.resource,
        sources.freshness_hours,
        watermarks.complete_from,
        watermarks.complete_through,
        watermarks.resource is not null as is_configured,
        watermarks.complete_through is not null as is_loaded,
        {{ local_day_start('watermarks.complete_through', 'sources.time_zone') }}
            as whole_days_through
    from metrics
    inner join sources
        on {{ lists_resource('metrics.sources', 'sources') }}
    left join watermarks
        on
            sources.source = watermarks.source
            and sources.resource = watermarks.resource
)

select * from final
