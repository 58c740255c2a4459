{# The column, or the columns together, identify a row: none is NULL, no two rows agree in all of
   them. One test instead of two or more: each costs a run some hundredths of a second. #}
{% test primary_key(model, column_name=none, columns=none) %}
    {%- set columns = columns or [column_name] %}
    select {{ columns | join(', ') }}, count(*) as rows_with_this_key
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns %}
        or {{ column }} is null
        {%- endfor %}
{% endtest %}
