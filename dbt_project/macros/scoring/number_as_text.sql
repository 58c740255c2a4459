{# A number for a message to people: 95 rather than 95.0, and at most four decimals. #}
{% macro number_as_text(expression) -%}
    case
        when {{ expression }} = round({{ expression }})
            then cast(cast(round({{ expression }}) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        else cast(round({{ expression }}, 4) as {{ dbt.type_string() }})
    end
{%- endmacro %}
