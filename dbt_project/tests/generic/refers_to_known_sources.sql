{# Every entry of a '; ' list of `<source>.<resource>` is a row of the seed `sources`. #}
{% test refers_to_known_sources(model, column_name) %}
    with lists as (
        select distinct {{ column_name }} as resources from {{ model }}
    )

    select
        lists.resources,
        count(sources.resource) as known
    from lists
    left join {{ ref('sources') }} as sources
        on {{ lists_resource('lists.resources', 'sources') }}
    group by lists.resources
    having
        count(sources.resource)
        <> 1 + length(lists.resources) - length(replace(lists.resources, ';', ''))
{% endtest %}
