{#
    All values of a group as one text, in the order of the values, whatever order the rows came in.
    Spark has no order inside an aggregate: it sorts the collected array.
#}
{% macro joined_in_order(expression) -%}
    {{ adapter.dispatch('joined_in_order')(expression) }}
{%- endmacro %}

{% macro default__joined_in_order(expression) -%}
    string_agg({{ expression }}, '; ' order by {{ expression }} nulls last)
{%- endmacro %}

{% macro spark__joined_in_order(expression) -%}
    array_join(sort_array(collect_list({{ expression }})), '; ')
{%- endmacro %}
