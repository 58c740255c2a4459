{#
    Pendo names a day by the instant of its local midnight. These two say which calendar date that
    was in the subscription's time zone, and at which instant (UTC) that day ended: 23, 24 or 25
    hours later. DuckDB spells it with `at time zone`, Spark with two functions.
#}
{% macro local_date(instant, time_zone) -%}
    {{ return(adapter.dispatch('local_date')(instant, time_zone)) }}
{%- endmacro %}

{% macro default__local_date(instant, time_zone) -%}
    cast(({{ instant }} at time zone 'UTC') at time zone {{ time_zone }} as date)
{%- endmacro %}

{% macro spark__local_date(instant, time_zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ time_zone }}) as date)
{%- endmacro %}

{% macro local_day_end(local_date, time_zone) -%}
    {{ return(adapter.dispatch('local_day_end')(local_date, time_zone)) }}
{%- endmacro %}

{% macro default__local_day_end(local_date, time_zone) -%}
    (cast({{ local_date }} + 1 as timestamp) at time zone {{ time_zone }}) at time zone 'UTC'
{%- endmacro %}

{% macro spark__local_day_end(local_date, time_zone) -%}
    to_utc_timestamp(cast(date_add({{ local_date }}, 1) as timestamp), {{ time_zone }})
{%- endmacro %}
