{# However long a CSM asks for: what a person set by hand has to be looked at again in 30 days. #}
{% macro last_day_of_override(created_at) -%}
    cast({{ dbt.dateadd('day', 30, 'cast(' ~ created_at ~ ' as date)') }} as date)
{%- endmacro %}
