{# Bands in their order, to tell better from worse; NULL for unknown. #}
{% macro band_as_number(band) -%}
    case {{ band }} when 'red' then 1 when 'yellow' then 2 when 'green' then 3 end
{%- endmacro %}

{# The band without margin: red below yellow_from, yellow below green_from, green from there. #}
{% macro raw_band(score, yellow_from, green_from) -%}
    case
        when {{ as_compared(score) }} >= {{ as_compared(green_from) }} then 'green'
        when {{ as_compared(score) }} >= {{ as_compared(yellow_from) }} then 'yellow'
        when {{ score }} is not null then 'red'
    end
{%- endmacro %}
