{# The columns of a row as one text, the same on every engine; NULL differs from every value. #}
{% macro row_as_text(label, text_columns, number_columns) -%}
    '{{ label }}'
    {%- for column in text_columns %}
    || '|' || coalesce('=' || cast({{ column }} as {{ dbt.type_string() }}), '')
    {%- endfor %}
    {%- for column in number_columns %}
    || '|' || coalesce('=' || cast(cast({{ column }} as decimal(18, 6)) as {{ dbt.type_string() }}), '')
    {%- endfor %}
{%- endmacro %}
