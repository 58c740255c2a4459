{#
    Scores, weights and contributions are written with 12 decimals, and compared with a border at 9:
    the order in which a database adds up doubles reaches neither. Adding zero turns a negative zero,
    which compares as equal but is written otherwise, into zero.
#}
{% macro as_written(expression) -%}
    (round({{ expression }}, 12) + cast(0 as double))
{%- endmacro %}

{% macro as_compared(expression) -%}
    round({{ expression }}, 9)
{%- endmacro %}
