{#
    A day count of scoring: floor((later - earlier) / 86400 s), never negative. Counted in
    microseconds: a difference in days or seconds counts the borders crossed, not the time passed.
#}
{% macro whole_days(earlier, later) -%}
    cast(greatest(floor(
        cast({{ dbt.datediff(earlier, later, 'microsecond') }} as double) / 86400000000
    ), 0) as integer)
{%- endmacro %}
