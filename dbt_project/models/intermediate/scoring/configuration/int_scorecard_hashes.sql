{#- All columns of a version's rows in each seed. Numbers get a fixed number of
    decimals: engines write doubles as text in different ways. -#}
{%- set seeds = {
    'scorecards': {
        'text': [
            'name', 'description', 'use_case', 'method', 'effective_from',
            'effective_to', 'priority', 'size_segment', 'lifecycle_stage', 'vertical',
            'region', 'min_groups', 'change_note'
        ],
        'numbers': ['yellow_from', 'green_from', 'band_margin', 'min_coverage']
    },
    'scorecard_groups': {'text': ['metric_group'], 'numbers': ['group_weight']},
    'scorecard_metrics': {
        'text': ['metric', 'label', 'is_critical'],
        'numbers': ['metric_weight', 'worst_value', 'best_value', 'target_value']
    },
    'scorecard_caps': {
        'text': ['metric', 'reason'],
        'numbers': ['below_score', 'max_health_score']
    }
} -%}

with

row_hashes as (
    {%- for seed, columns in seeds.items() %}
        select
            scorecard,
            version as scorecard_version,
            {{ dbt.hash(row_as_text(seed, columns.text, columns.numbers)) }} as row_hash
        from {{ ref(seed) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        scorecard,
        scorecard_version,
        {{ dbt.hash(joined_in_order('row_hash')) }} as version_hash
    from row_hashes
    group by scorecard, scorecard_version
)

select * from final
