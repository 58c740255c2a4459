{#
    The months that a run builds, as SQL. A model with a score month is built for
    batch_start() .. batch_end(), both inclusive, and the materialization `replace_months`
    replaces exactly these months. In batches it runs the model's SQL several times, each time with
    other dates in place of the ones rendered here: the comments mark where.
#}
{% macro batch_start() -%}
    cast('{{ month_variable("start_month") }}' as date) /* batch_start */
{%- endmacro %}

{% macro batch_end() -%}
    cast('{{ month_variable("end_month") }}' as date) /* batch_end */
{%- endmacro %}

{% macro as_of() -%}
    cast('{{ run_variable("as_of") }}' as timestamp)
{%- endmacro %}

{# When the rows of this run were computed: the start of the dbt run, in UTC. #}
{% macro calculation_time() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
{%- endmacro %}

{#
    The last month of models that look back (previous periods, latches, counts): the newest month
    scored so far, so that a backfill of an earlier month also renews what later months say of it.
#}
{% macro newest_month() -%}
    {{- newest_month_as_sql(newest_month_value()) -}}
{%- endmacro %}

{% macro newest_month_as_sql(month) -%}
    cast('{{ month }}' as date) /* newest_month */
{%- endmacro %}

{% macro newest_month_value() -%}
    {#- Outside of `execute`, so that dbt sees the dependency when it parses. -#}
    {%- set scored = ref('int_account_months') -%}
    {%- set end = month_variable('end_month') -%}
    {%- set newest = none -%}
    {%- if execute and load_relation(scored) is not none -%}
        {%- set newest = run_query('select max(score_month) from ' ~ scored).columns[0].values()[0] -%}
    {%- endif -%}
    {{- end if newest is none else [end, (newest | string)[:10]] | max -}}
{%- endmacro %}

{% macro month_variable(name) -%}
    {%- set value = run_variable(name) -%}
    {%- if execute and not modules.re.match('^[0-9]{4}-(0[1-9]|1[0-2])-01$', value) -%}
        {{ exceptions.raise_compiler_error(
            "The variable '" ~ name ~ "' is '" ~ value ~ "'. A score month is named by its first day, "
            ~ "for example 2026-10-01."
        ) }}
    {%- endif -%}
    {{- value -}}
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
    {{- dbt.escape_single_quotes(value | string) -}}
{%- endmacro %}
