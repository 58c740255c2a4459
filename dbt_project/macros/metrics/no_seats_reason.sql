{# Why a metric per seat does not apply: nothing is known of what was sold, or no seats were. #}
{% macro no_seats_reason() -%}
    case
        when seats_basis is null then 'nothing_recorded'
        when coalesce(seats, 0) = 0 then 'nothing_sold'
    end
{%- endmacro %}
