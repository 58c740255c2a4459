{#
    What closed months were scored by, as earlier builds left it. These tables are written by the end
    of a build and read before anything is scored, so a ref() would be a circle: they are found by
    name, and there is nothing to find before the first build. `check_used_versions: false` lets a
    what-if build on a copy of the warehouse try any change.
#}
{% macro stored_versions() -%}
    {{ stored_table('int_scored_versions', {
        'score_month': 'date', 'is_provisional': 'boolean', 'scorecard': dbt.type_string(),
        'scorecard_version': dbt.type_string(), 'version_hash': dbt.type_string()
    }) }}
{%- endmacro %}

{% macro stored_cells() -%}
    {{ stored_table('int_known_scorecard_cells', {
        'version_hash': dbt.type_string(), 'file_name': dbt.type_string(),
        'row_name': dbt.type_string(), 'column_name': dbt.type_string(),
        'column_place': 'integer', 'cell': dbt.type_string()
    }) }}
{%- endmacro %}

{# The table of that name beside the model, or no rows with these columns. #}
{% macro stored_table(name, columns) -%}
    {%- set relation = adapter.get_relation(this.database, this.schema, name)
        if execute and var('check_used_versions') -%}
    {%- if relation -%}
        select * from {{ relation }}
    {%- else -%}
        select
            {%- for column, data_type in columns.items() %}
            cast(null as {{ data_type }}) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        limit 0
    {%- endif -%}
{%- endmacro %}

{# The last month that is older than the lookback: whatever comes late no longer moves it. #}
{% macro last_closed_month() -%}
    cast({{ dbt.dateadd(
        'month', -1 - var('lookback') | int, dbt.date_trunc('month', as_of())
    ) }} as date)
{%- endmacro %}

{# A text of several words in quotation marks, so that one sees where it ends. #}
{% macro cell_in_words(expression) -%}
    case
        when {{ expression }} like '% %' then '"' || {{ expression }} || '"'
        else {{ expression }}
    end
{%- endmacro %}

{# 2026-09 #}
{% macro month_in_digits(date_expression) -%}
    substring(cast({{ date_expression }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}
