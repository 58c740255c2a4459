{#
    What the four files hold of a scorecard version: by file the columns that tell a row of the
    version from its others, then the columns that are text and those that are numbers. Whoever adds
    a column to one of these seeds adds it here, and the hash of a version sees it.
#}
{% macro scorecard_files() %}
    {{ return({
        'scorecards': {
            'keys': {},
            'text': [
                'name', 'description', 'use_case', 'method', 'effective_from', 'effective_to',
                'priority', 'size_segment', 'lifecycle_stage', 'vertical', 'region', 'min_groups',
                'change_note'
            ],
            'numbers': ['yellow_from', 'green_from', 'band_margin', 'min_coverage']
        },
        'scorecard_groups': {
            'keys': {'metric_group': 'group'},
            'text': [],
            'numbers': ['group_weight']
        },
        'scorecard_metrics': {
            'keys': {'metric': 'metric'},
            'text': ['label', 'is_critical'],
            'numbers': ['metric_weight', 'worst_value', 'best_value', 'target_value']
        },
        'scorecard_caps': {
            'keys': {'metric': 'metric', 'below_score': 'below'},
            'text': ['reason'],
            'numbers': ['max_health_score']
        }
    }) }}
{% endmacro %}

{# The key of a row in words: "metric days_past_due below 1"; empty without a key. #}
{% macro row_in_words(columns) -%}
    {%- for key, word in columns['keys'].items() -%}
        '{{ " " if not loop.first }}{{ word }} ' || coalesce(
            {%- if key == 'below_score' %}{{ decimal_as_text(key) }}{% else %}{{ key }}{% endif -%}
        , '') {%- if not loop.last %} || {% endif -%}
    {%- else -%}
        ''
    {%- endfor -%}
{%- endmacro %}

{#
    A number of a file as text: 0.35, 30, -10. Engines write doubles in different ways, so it goes by
    a decimal, whose zeros at the end say nothing.
#}
{% macro decimal_as_text(expression) -%}
    trim(trailing '.' from trim(trailing '0' from cast(
        cast({{ expression }} as decimal(28, 12)) as {{ dbt.type_string() }}
    )))
{%- endmacro %}
