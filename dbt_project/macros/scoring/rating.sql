{#
    Rating of an observed value by its borders (int_rating_borders): 2 at or better than the target, 1 at
    or better than the cohort's average less the tolerance, 0 else. NULL without value or cohort.
#}
{% macro rating(value, borders) -%}
    case
        when {{ value }} is null or {{ borders }}.average_from is null then null
        when {{ as_compared(value ~ ' * ' ~ borders ~ '.direction') }}
            >= {{ as_compared(borders ~ '.target_from') }} then 2
        when {{ as_compared(value ~ ' * ' ~ borders ~ '.direction') }}
            >= {{ as_compared(borders ~ '.average_from') }} then 1
        else 0
    end
{%- endmacro %}
