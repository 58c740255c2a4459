{{ config(materialized='view') }}

{%- set vendors = ['salesforce', 'pendo', 'zendesk', 'recurly'] %}

with final as (
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
)

select * from final
