{#
    The one strategy for every model with a score month: the months of the batch are replaced whole,
    also when a month's result is empty; all others stay as they are. One transaction.

    Configuration
      batch: 'range' (default)  one statement for all months: from account x month on
             'month'            one statement per month: event-level rollups, so that memory stays flat
      through: 'end' (default)  the months start_month .. end_month
               'newest'         start_month .. newest_month(): models that look back
#}
{% materialization replace_months, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set start = run_variable('start_month') | string -%}
    {%- set end = run_variable('end_month') | string -%}
    {%- if config.get('through', 'end') == 'newest' -%}
        {%- set end = newest_month_value() -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks) }}

    {%- if existing_relation is not none and (should_full_refresh() or not existing_relation.is_table) -%}
        {%- do adapter.drop_relation(existing_relation) -%}
        {%- set existing_relation = none -%}
    {%- endif -%}
    {%- if existing_relation is none -%}
        {%- call statement('create_table') -%}
            {{ get_create_table_as_sql(False, target_relation, get_empty_subquery_sql(sql)) }}
        {%- endcall -%}
    {%- else -%}
        {%- do match_columns(target_relation, sql) -%}
    {%- endif -%}

    {%- set columns = get_columns_in_query(sql) | join(', ') -%}
    {%- if config.get('batch', 'range') == 'month' -%}
        {%- for month in months_between(start, end) -%}
            {%- set month_sql = sql
                | replace(batch_start(), "cast('" ~ month ~ "' as date)")
                | replace(batch_end(), "cast('" ~ month ~ "' as date)") -%}
            {%- do replace_between(target_relation, month, month, month_sql, columns) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do replace_between(target_relation, start, end, sql, columns) -%}
    {%- endif -%}

    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro replace_between(relation, start, end, sql, columns) %}
    {%- call statement('delete_' ~ start) -%}
        delete from {{ relation }}
        where score_month between cast('{{ start }}' as date) and cast('{{ end }}' as date)
    {%- endcall -%}
    {%- call statement('main') -%}
        insert into {{ relation }} ({{ columns }})
        {{ sql }}
    {%- endcall -%}
{% endmacro %}

{# A model that gained or lost a column: the table follows; months that are not rebuilt hold NULL. #}
{% macro match_columns(relation, sql) %}
    {%- set wanted = get_column_schema_from_query(sql) -%}
    {%- set present = adapter.get_columns_in_relation(relation) -%}
    {%- set wanted_names = wanted | map(attribute='name') | map('lower') | list -%}
    {%- set present_names = present | map(attribute='name') | map('lower') | list -%}
    {%- set added = wanted | rejectattr('name', 'in', present_names) | list -%}
    {%- set removed = present | rejectattr('name', 'in', wanted_names) | list -%}
    {%- if added or removed -%}
        {%- do alter_relation_add_remove_columns(relation, added, removed) -%}
    {%- endif -%}
{% endmacro %}

{% macro months_between(start, end) %}
    {%- set month = namespace(value=modules.datetime.date.fromisoformat(start[:10])) -%}
    {%- set last = modules.datetime.date.fromisoformat(end[:10]) -%}
    {%- set months = [] -%}
    {%- for _ in range(1200) if month.value <= last -%}
        {%- do months.append(month.value | string) -%}
        {%- set month.value = (month.value.replace(day=1) + modules.datetime.timedelta(days=32)).replace(day=1) -%}
    {%- endfor -%}
    {{ return(months) }}
{% endmacro %}
