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

{# What the columns of the wide inputs say, by column: a metric's own, the month before, the change. #}
{% macro catalogue_column_descriptions() %}
    {%- set descriptions = {} -%}
    {%- for row in run_query(
        'select metric, label, unit, description from ' ~ ref('metrics')
    ).rows -%}
        {%- do descriptions.update({
            row[0]: row[1] ~ ' (' ~ row[2] ~ '): ' ~ row[3],
            'previous_month_' ~ row[0]: row[1] ~ ' a calendar month before.',
            row[0] ~ '_change': row[1] ~ ' less its value a calendar month before.'
        }) -%}
    {%- endfor -%}
    {{ return(descriptions) }}
{% endmacro %}
