{# Every row satisfies the condition; a condition that is NULL counts as violated. #}
{% test holds(model, condition) %}
    select *
    from {{ model }}
    where coalesce({{ condition }}, false) = false
{% endtest %}
