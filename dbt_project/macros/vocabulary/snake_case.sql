{#
    A vendor's label as vocabulary: 'Executive Sponsor ' becomes executive_sponsor; blank is NULL.
    DuckDB replaces only the first match unless told 'g', Spark always all of them.
#}
{% macro snake_case(column) -%}
    {{ return(adapter.dispatch('snake_case')(column)) }}
{%- endmacro %}

{% macro default__snake_case(column) -%}
    nullif(trim(regexp_replace(lower({{ column }}), '[^a-z0-9]+', '_', 'g'), '_'), '')
{%- endmacro %}

{% macro spark__snake_case(column) -%}
    nullif(trim(both '_' from regexp_replace(lower({{ column }}), '[^a-z0-9]+', '_')), '')
{%- endmacro %}
