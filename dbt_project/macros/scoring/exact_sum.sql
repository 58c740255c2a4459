{#
    A sum that does not depend on the order of its rows. Doubles added up in another order (two
    threads suffice) differ in the last digits, which rounding to 12 decimals turns into a
    difference of 1e-12 in about one score in a thousand; decimals add up exactly.
#}
{% macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(18, 12))) as double)
{%- endmacro %}
