{# Whether an earlier run has stored rows of the model: a model may read them only then. #}
{% macro has_stored_rows() %}
    {{ return(execute and load_relation(this) is not none) }}
{% endmacro %}
