{# A value from configuration as a text literal: a quote in it cannot end the literal. #}
{% macro quoted(value) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(value | string)) }}
{%- endmacro %}
