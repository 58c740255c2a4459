{# The instant (UTC) at which the local day that contains the instant began. #}
{% macro local_day_start(instant, time_zone) -%}
    {%- set day_before = 'cast(' ~ dbt.dateadd('day', -1, local_date(instant, time_zone)) ~ ' as date)' -%}
    {{ local_day_end(day_before, time_zone) }}
{%- endmacro %}
