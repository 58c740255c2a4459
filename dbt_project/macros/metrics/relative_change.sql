{#
    A total against its mean over the windows before, as a share of that mean, cut at -1 and 1.
    Nothing now is -1, whatever there was before: who stopped must not drop out.
#}
{% macro relative_change(total, base) -%}
    case
        when {{ total }} = 0 then -1
        when {{ base }} > 0
            then greatest(least(({{ total }} - {{ base }}) / {{ base }}, 1), -1)
    end
{%- endmacro %}

{# What min_denominator is compared with: the mean before; where there is nothing now, it is enough. #}
{% macro change_denominator(total, base) -%}
    case when {{ total }} = 0 then min_denominator else {{ base }} end
{%- endmacro %}
