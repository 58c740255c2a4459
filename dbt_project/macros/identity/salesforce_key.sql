{#
    A Salesforce id as a key. 18 characters end in a checksum of the letters' case, so they compare
    without regard to case; 15 characters differ by case alone and are compared as they are.
#}
{% macro salesforce_key(salesforce_id) -%}
case length({{ salesforce_id }})
            when 18 then 'salesforce_id_18'
            when 15 then 'salesforce_id_15'
        end as key_kind,
        case length({{ salesforce_id }})
            when 18 then lower({{ salesforce_id }})
            when 15 then {{ salesforce_id }}
        end as key_value
{%- endmacro %}
