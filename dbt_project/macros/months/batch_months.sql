{#
    The months that a run builds, as SQL. A model with a score month is built for
    batch_start() .. batch_end(), both inclusive, and the materialization `replace_months`
    replaces exactly these months. With `batch='month'` it runs the model's SQL once per month,
    with the two dates put in place of the ones rendered here: the comments mark where.
#}
{% macro batch_start() -%}
    cast('{{ run_variable("start_month") }}' as date) /* batch_start */
{%- endmacro %}

{% macro batch_end() -%}
    cast('{{ run_variable("end_month") }}' as date) /* batch_end */
{%- endmacro %}

{% macro as_of() -%}
    cast('{{ run_variable("as_of") }}' as timestamp)
{%- endmacro %}

{#
    The last month of models that look back (previous periods, latches, counts): the newest month
    scored so far, so that a backfill of an earlier month also renews what later months say of it.
#}
{% macro newest_month() -%}
    cast('{{ newest_month_value() }}' as date) /* newest_month */
{%- endmacro %}

{% macro newest_month_value() -%}
    {%- set last = run_variable('end_month') | string -%}
    {%- if execute -%}
        {%- set scored = load_relation(ref('int_scorecard_results')) -%}
        {%- if scored is not none -%}
            {%- set newest = run_query('select max(score_month) from ' ~ scored).columns[0].values()[0] -%}
            {%- if newest is not none and newest | string > last -%}{%- set last = newest | string -%}{%- endif -%}
        {%- endif -%}
    {%- endif -%}
    {{- last[:10] -}}
{%- endmacro %}

{% macro run_variable(name) -%}
    {%- set value = var(name) -%}
    {%- if value is none and execute -%}
        {{ exceptions.raise_compiler_error(
            "The variable '" ~ name ~ "' is missing. A build needs the months and the instant it is for, "
            ~ "for example: dbt build --vars '{start_month: 2026-10-01, end_month: 2026-11-01, "
            ~ "as_of: \"2026-11-15 00:00:00\"}'"
        ) }}
    {%- endif -%}
    {{- value -}}
{%- endmacro %}
