{#
    Whole months between two days: 31 January to 28 February is one, 15 January to 14 February none.
    A difference in months counts the borders crossed, so the last one may not be full yet.
#}
{% macro whole_months(earlier, later) -%}
    {%- set first_day -%} cast({{ earlier }} as date) {%- endset -%}
    {%- set crossed -%} {{ dbt.datediff(first_day, later, 'month') }} {%- endset -%}
    cast({{ crossed }} - case
        when {{ dbt.dateadd('month', crossed, first_day) }} > {{ later }} then 1
        else 0
    end as integer)
{%- endmacro %}
