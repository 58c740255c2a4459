{# The metrics of the catalogue in alphabetical order; none while dbt parses or before the seed exists. #}
{% macro catalogue_metrics() %}
    {%- set metrics = ref('metrics') -%}
    {%- set names = [] -%}
    {%- if execute and load_relation(metrics) is not none -%}
        {%- for row in run_query('select metric from ' ~ metrics ~ ' order by metric').rows -%}
            {%- do names.append(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{% endmacro %}
