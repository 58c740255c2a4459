{#
    `carried_over` of replace_months: a column such as calculated_at keeps its stored value in a row in
    which nothing else changed. What the stored rows say is kept as a hash before they are deleted: the
    facts are wide, and a copy of them would not fit into memory.
#}
{% macro rows_to_compare(relation, months, key, carried_over, compared) %}
    select {{ key | join(', ') }}, {{ carried_over }}, {{ row_hash(compared) }} as row_hash
    from {{ relation }}
    where {{ months }}
{% endmacro %}

{% macro rows_with_carried_over(stored, sql, names, key, carried_over, compared) %}
    select
        {%- for name in names if name != carried_over %}
        computed.{{ name }},
        {%- endfor %}
        case
            when stored.row_hash = {{ row_hash(compared, 'computed.') }} then stored.{{ carried_over }}
            else computed.{{ carried_over }}
        end as {{ carried_over }}
    from ({{ sql }}) as computed
    left join {{ stored }} as stored
        on {% for name in key %}computed.{{ name }} = stored.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
{% endmacro %}

{# 64 bits of what the columns say, NULL included; the same for the same values and types. #}
{% macro row_hash(columns, prefix='') -%}
    hash({{ prefix ~ columns | join(', ' ~ prefix) }})
{%- endmacro %}
