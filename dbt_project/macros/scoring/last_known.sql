{#
    The last value that is not NULL, up to and including the current row. Engines write
    `ignore nulls` in different places: DuckDB inside the parentheses, Spark behind them.
#}
{% macro last_known(expression, partition_by, order_by) -%}
    {{ adapter.dispatch('last_known')(expression, partition_by, order_by) }}
{%- endmacro %}

{% macro default__last_known(expression, partition_by, order_by) -%}
    last_value({{ expression }} ignore nulls) over (
        partition by {{ partition_by }}
        order by {{ order_by }} nulls last
        rows between unbounded preceding and current row
    )
{%- endmacro %}

{% macro spark__last_known(expression, partition_by, order_by) -%}
    last_value({{ expression }}) ignore nulls over (
        partition by {{ partition_by }}
        order by {{ order_by }} nulls last
        rows between unbounded preceding and current row
    )
{%- endmacro %}
