{#
    Ends the build where the relation holds problems, with their texts: whoever edited a file reads
    what is wrong, where, and what to do, and nothing that depends on the relation is built.
    (A failed data test says no more than "Got 1 result".)
#}
{% macro stop_at_problems(relation) %}
    {%- if execute -%}
        {%- set problems = run_query('select problem from ' ~ relation ~ ' order by problem').columns[0].values() -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error(
                'The scorecards cannot be used, nothing was scored. Problems: ' ~ problems | length
                ~ '\n  - ' ~ problems | join('\n  - ')
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
