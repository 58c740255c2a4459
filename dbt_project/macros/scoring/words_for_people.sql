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

{# 12 October 2026 #}
{% macro day_as_text(date_expression) -%}
    cast(extract(day from {{ date_expression }}) as {{ dbt.type_string() }}) || ' '
    || {{ month_as_text(date_expression) }}
{%- endmacro %}

{# champion_left, as people say it: champion left #}
{% macro code_as_text(expression) -%}
    replace({{ expression }}, '_', ' ')
{%- endmacro %}

{# 82 % for a ratio, yes or no for a flag, 9.4 days but 1 day, 7.2 for whatever has no unit. #}
{% macro value_as_text(value, unit) -%}
    case
        when {{ unit }} = 'ratio' then {{ number_as_text('round(100 * ' ~ value ~ ')') }} || ' %'
        when {{ unit }} = 'flag'
            then case when {{ value }} = 0 then 'no' when {{ value }} is not null then 'yes' end
        when {{ unit }} in ('days', 'months', 'minutes')
            then
                {{ number_as_text('round(' ~ value ~ ', 1)') }} || ' ' || case
                    when round({{ value }}, 1) = 1 then replace({{ unit }}, 's', '')
                    else {{ unit }}
                end
        else {{ number_as_text('round(' ~ value ~ ', 1)') }}
    end
{%- endmacro %}

{# 86 % for a share of 0.857 #}
{% macro percent_as_text(share) -%}
    {{ number_as_text('round(100 * (' ~ share ~ '))') }} || ' %'
{%- endmacro %}

{# A mean or a share over accounts: 86 % where the unit is one of parts, else 9.42. #}
{% macro measure_as_text(value, unit) -%}
    case
        when {{ unit }} in ('ratio', 'flag') then {{ percent_as_text(value) }}
        else {{ number_as_text('round(' ~ value ~ ', 2)') }}
    end
{%- endmacro %}
