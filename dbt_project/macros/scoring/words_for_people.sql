{# How sentences for people write months and values, the same on every engine. #}

{# October 2026 #}
{% macro month_as_text(date_expression) -%}
    case extract(month from {{ date_expression }})
        {%- for month in [
            'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
            'October', 'November', 'December'
        ] %}
        when {{ loop.index }} then '{{ month }}'
        {%- endfor %}
    end || ' ' || cast(extract(year from {{ date_expression }}) as {{ dbt.type_string() }})
{%- endmacro %}

{# 82 % for a ratio, 9.4 days, 7.2 #}
{% macro value_as_text(value, unit) -%}
    case
        when {{ unit }} = 'ratio' then {{ number_as_text('round(100 * ' ~ value ~ ')') }} || ' %'
        when {{ unit }} = 'days' then {{ number_as_text('round(' ~ value ~ ', 1)') }} || ' days'
        else {{ number_as_text('round(' ~ value ~ ', 1)') }}
    end
{%- endmacro %}
