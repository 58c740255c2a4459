{#
    Visitors nobody identified: blank, Pendo's own `_PENDO_T_...` ids, and the placeholders of its
    install snippet (VISITOR-UNIQUE-ID). `left` rather than LIKE, where an underscore is a wildcard.
#}
{% macro is_anonymous_visitor(visitor_id) -%}
    (
        {{ visitor_id }} is null
        or trim({{ visitor_id }}) = ''
        or left(upper({{ visitor_id }}), 9) = '_PENDO_T_'
        or left(upper({{ visitor_id }}), 8) = 'VISITOR-'
    )
{%- endmacro %}
