{# Milliseconds since 1970 as an instant in UTC. DuckDB: epoch_ms; Spark has timestamp_millis. #}
{% macro from_epoch_ms(column) -%}
    {{ return(adapter.dispatch('from_epoch_ms')(column)) }}
{%- endmacro %}

{% macro default__from_epoch_ms(column) -%}
    epoch_ms(cast({{ column }} as bigint))
{%- endmacro %}

{% macro spark__from_epoch_ms(column) -%}
    timestamp_millis(cast({{ column }} as bigint))
{%- endmacro %}
