{#- <raw table>.<column>, not a raw table -#}
{%- set is_field = "(" ~ dbt.position("'.'", "sources.resource") ~ " > 0)" -%}

with metrics as (
    select * from {{ ref('metrics') }}
),

sources as (
    select * from {{ ref('sources') }}
),

watermarks as (
    select * from {{ ref('int_load_watermarks') }}
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
        -- A field has a row if the organisation lacks it.
        watermarks.resource is not null and not {{ is_field }} as is_configured,
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
    where watermarks.resource is not null or not {{ is_field }}
)

select * from final
