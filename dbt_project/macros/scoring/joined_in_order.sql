{#
    All values of a group as one text, in the order of the values or of another expression, whatever
    order the rows came in. Spark has no order inside an aggregate: it sorts the collected array.
#}
{% macro joined_in_order(expression, separator='; ', order_by=none) -%}
    {{ adapter.dispatch('joined_in_order')(expression, separator, order_by or expression) }}
{%- endmacro %}

{% macro default__joined_in_order(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }} nulls last)
{%- endmacro %}

{% macro spark__joined_in_order(expression, separator, order_by) -%}
    array_join(
        transform(
            sort_array(collect_list(
                case when {{ expression }} is not null then struct({{ order_by }} as place, {{ expression }} as text) end
            )),
            entry -> entry.text
        ),
        '{{ separator }}'
    )
{%- endmacro %}
