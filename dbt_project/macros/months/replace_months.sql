{#
    The one strategy for every model with a score month: the months of the batch are replaced whole,
    also when a month's result is empty; all others stay as they are. One transaction: a failure
    leaves the table as it was.

    Configuration
      batch: 'range' (default)  one statement for all months: from account x month on
             'bounded'          as many months per statement as hold the account months of the variable
                                account_months_per_statement: what is made of a row per scoring and
                                metric or joins many tables, so that memory stays flat
             'month'            one statement per month: event-level rollups, for the same reason
      through: 'end' (default)  the months start_month .. end_month
               'newest'         start_month .. newest_month(): models that look back
      carried_over, key         a column such as calculated_at keeps its stored value in a row (found
                                by the columns of `key`) in which nothing else changed
#}
{% materialization replace_months, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set start = month_variable('start_month') -%}
    {%- set to_newest = config.get('through', 'end') == 'newest' -%}
    {%- set end = newest_month_value() if to_newest else month_variable('end_month') -%}
    {%- set end_as_sql = newest_month_as_sql(end) if to_newest else batch_end() -%}
    {%- if end < start -%}
        {%- do exceptions.raise_compiler_error(
            "start_month " ~ start ~ " lies after end_month " ~ end ~ ": no month to build.") -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {#- Whatever comes next is one transaction: a statement opens it where none is open. -#}
    {%- call statement('begin') -%} select 1 {%- endcall -%}

    {%- do complete_contract(sql) -%}
    {%- if model.contract.enforced -%}{%- do get_assert_columns_equivalent(sql) -%}{%- endif -%}
    {%- set columns = get_column_schema_from_query(sql) -%}
    {%- if existing_relation is none or should_full_refresh() or not existing_relation.is_table
        or not same_columns(existing_relation, columns) -%}
        {%- do rebuild_table(existing_relation, target_relation, columns, sql) -%}
    {%- endif -%}

    {%- set months = months_between(start, end) -%}
    {%- for batch in months | batch(months_per_statement(months)) -%}
        {%- set batch_sql = sql
            | replace(batch_start(), "cast('" ~ batch[0] ~ "' as date)")
            | replace(end_as_sql, "cast('" ~ batch[-1] ~ "' as date)") -%}
        {%- do replace_between(target_relation, batch[0], batch[-1], batch_sql, columns) -%}
    {%- endfor -%}

    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro months_per_statement(months) %}
    {%- set batch = config.get('batch', 'range') -%}
    {%- if batch == 'month' -%}{{ return(1) }}{%- endif -%}
    {%- if batch == 'range' -%}{{ return(months | length) }}{%- endif -%}
    {%- if batch != 'bounded' -%}
        {%- do exceptions.raise_compiler_error(
            "batch is '" ~ batch ~ "', it must be range, bounded or month: see replace_months.") -%}
    {%- endif -%}
    {%- set account_months = run_query(
        "select count(*) from " ~ ref('int_account_months')
        ~ " where score_month between cast('" ~ months[0] ~ "' as date)"
        ~ " and cast('" ~ months[-1] ~ "' as date)"
    ).columns[0].values()[0] -%}
    {%- set limit = var('account_months_per_statement') -%}
    {{ return([1, (months | length) * limit // [1, account_months] | max] | max) }}
{% endmacro %}

{% macro replace_between(relation, start, end, sql, columns) %}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set months = "score_month between cast('" ~ start ~ "' as date) and cast('" ~ end ~ "' as date)" -%}
    {%- set carried_over = config.get('carried_over') -%}
    {%- set source = sql -%}
    {%- if carried_over -%}
        {%- set key = config.require('key') -%}
        {%- set compared = names | reject('equalto', carried_over) | reject('in', key) | list -%}
        {#- Kept before the rows are deleted: what they said as a hash, since they are wide. -#}
        {%- set stored = relation.identifier ~ '__carried_over' -%}
        {%- call statement('keep_carried_over') -%}
            create temporary table {{ stored }} as
            {{ rows_to_compare(relation, months, key, carried_over, compared) }}
        {%- endcall -%}
        {%- set source = rows_with_carried_over(stored, sql, names, key, carried_over, compared) -%}
    {%- endif -%}
    {%- call statement('delete') -%}
        delete from {{ relation }} where {{ months }}
    {%- endcall -%}
    {%- call statement('main') -%}
        insert into {{ relation }} ({{ names | join(', ') }})
        {{ source }}
    {%- endcall -%}
    {%- if carried_over -%}
        {%- call statement('drop_carried_over') -%} drop table {{ stored }} {%- endcall -%}
    {%- endif -%}
{% endmacro %}

{# The same columns, types and order: what the stored table promises is what the model says today. #}
{% macro same_columns(relation, wanted) %}
    {%- set present = adapter.get_columns_in_relation(relation) -%}
    {{ return(column_signature(present) == column_signature(wanted)) }}
{% endmacro %}

{% macro column_signature(columns) %}
    {%- set signature = [] -%}
    {%- for column in columns -%}
        {%- do signature.append(column.name | lower ~ ' ' ~ column.dtype | lower) -%}
    {%- endfor -%}
    {{ return(signature) }}
{% endmacro %}

{#
    A new table under today's contract, holding the stored months, put in the place of the old one.
    Where the model gained a column, months that are not rebuilt hold NULL in it (and a column that
    must not be NULL says so: those months need a backfill, or the table a --full-refresh).
#}
{% macro rebuild_table(existing_relation, target_relation, columns, sql) %}
    {%- set rebuilt = make_intermediate_relation(target_relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(rebuilt)) -%}
    {%- call statement('create_table') -%}
        {{ get_create_table_as_sql(False, rebuilt, get_empty_subquery_sql(sql)) }}
    {%- endcall -%}
    {%- if existing_relation is not none -%}
        {%- if existing_relation.is_table and not should_full_refresh() -%}
            {%- set present = adapter.get_columns_in_relation(existing_relation)
                | map(attribute='name') | map('lower') | list -%}
            {%- set kept = columns | map(attribute='name') | select('in', present) | join(', ') -%}
            {%- call statement('keep_stored_months') -%}
                insert into {{ rebuilt }} ({{ kept }}) select {{ kept }} from {{ existing_relation }}
            {%- endcall -%}
        {%- endif -%}
        {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(rebuilt, target_relation) -%}
{% endmacro %}

{% macro months_between(start, end) %}
    {%- set month = namespace(value=modules.datetime.date.fromisoformat(start)) -%}
    {%- set last = modules.datetime.date.fromisoformat(end) -%}
    {%- set months = [] -%}
    {%- for _ in range(1200) if month.value <= last -%}
        {%- do months.append(month.value | string) -%}
        {%- set month.value = (month.value.replace(day=1) + modules.datetime.timedelta(days=32)).replace(day=1) -%}
    {%- endfor -%}
    {{ return(months) }}
{% endmacro %}
