{#
    A day count of scoring: floor((later - earlier) / 86400 s), never negative, NULL without either.
    Counted in microseconds: a difference in days or seconds counts the borders crossed, not the
    time passed. No `greatest`: greatest(NULL, 0) is 0 on DuckDB.
#}
{% macro whole_days(earlier, later) -%}
    case
        when {{ earlier }} > {{ later }} then 0
        else cast(floor(
            cast({{ dbt.datediff(earlier, later, 'microsecond') }} as double) / 86400000000
        ) as integer)
    end
{%- endmacro %}
