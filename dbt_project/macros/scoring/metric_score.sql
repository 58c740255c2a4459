{#
    A value on the way from worst_value (0) to best_value (100), cut at both ends; lower is better
    where best_value is the smaller one. The NULL of a missing value is kept by hand:
    greatest(0, NULL) is 0 on DuckDB, and a missing value must not score 0.
#}
{% macro metric_score(value, worst_value, best_value) -%}
    case
        when {{ value }} is not null and {{ worst_value }} <> {{ best_value }}
            then 100 * greatest(
                least(
                    ({{ value }} - {{ worst_value }}) / ({{ best_value }} - {{ worst_value }}),
                    cast(1 as double)
                ),
                cast(0 as double)
            )
    end
{%- endmacro %}
