{#
    A sum of amounts, or of amounts times scores, that does not depend on the order of its rows: see
    exact_sum, whose six digits before the point are too few for money.
#}
{% macro sum_of_money(expression) -%}
    cast(sum(cast({{ expression }} as decimal(28, 6))) as double)
{%- endmacro %}
