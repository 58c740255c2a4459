{{ config(materialized='view') }}

{%- set vendors = ['salesforce', 'pendo', 'zendesk', 'recurly'] %}

with watermarks as (
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

-- Without an instant the organisation lacks the object, or one of its fields.
final as (
    select * from watermarks
    where complete_through is not null
)

select * from final
