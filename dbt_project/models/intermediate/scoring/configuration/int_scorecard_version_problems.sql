{#- Each rule: where it is broken, what should be, and the column to show. -#}
{%- set rules = [
    ('row_of_version > 1', 'the version must have one row', 'version'),
    ("coalesce(use_case, '') not in ('retention', 'adoption', 'expansion')",
        'use_case must be retention, adoption or expansion', 'use_case'),
    ("coalesce(method, '') not in ('weighted', 'rating')",
        'method must be weighted or rating', 'method'),
    ('coalesce(extract(day from effective_from), 0) <> 1',
        'effective_from must be the first day of a month', 'effective_from'),
    ('extract(day from effective_to) <> 1',
        'effective_to must be the first day of a month, or blank', 'effective_to'),
    ('effective_to <= effective_from',
        'effective_to must lie after effective_from', 'effective_to'),
    ('next_effective_from = effective_from or next_effective_from < effective_to',
        'it must end before the next version starts', 'next_effective_from'),
    ('description is null or length(description) > 600',
        'the description must have 1 to 600 characters', 'length(description)'),
    ('size_segment not in (select size_segment from size_segments)',
        'size_segment must be blank or one of size_segments.csv', 'size_segment'),
    ('lifecycle_stage not in (select lifecycle_stage from lifecycle_stages)',
        'lifecycle_stage must be blank or one of lifecycle_stages.csv', 'lifecycle_stage'),
    ('vertical <> ' ~ snake_case('vertical'),
        'vertical must be written as in dim_accounts: lower case, with _ between words',
        'vertical'),
    ('region not in (select region from regions)',
        'region must be blank or one of regions.csv', 'region'),
    ('priority is null', 'priority must be given', 'priority'),
    ('coalesce(min_coverage, -1) not between 0 and 1',
        'min_coverage must lie between 0 and 1', 'min_coverage'),
    ('coalesce(min_groups, 0) < 1', 'min_groups must be at least 1', 'min_groups'),
    ('coalesce(band_margin, -1) < 0', 'band_margin must be 0 or more', 'band_margin'),
    (as_compared('green_from - yellow_from') ~ ' < ' ~ as_compared('2 * band_margin'),
        'green_from must lie at least two band margins above yellow_from', 'green_from'),
    ('coalesce(yellow_from, -1) not in (select score_from from health_grades)',
        'yellow_from must be the border of a grade (health_grades.csv)', 'yellow_from'),
    ('coalesce(green_from, -1) not in (select score_from from health_grades)',
        'green_from must be the border of a grade (health_grades.csv)', 'green_from')
] -%}

with

health_grades as (
    select * from {{ ref('health_grades') }}
),

size_segments as (
    select * from {{ ref('size_segments') }}
),

lifecycle_stages as (
    select * from {{ ref('lifecycle_stages') }}
),

regions as (
    select * from {{ ref('regions') }}
),

scorecards as (
    select
        *,
        lead(effective_from) over (
            partition by scorecard
            order by effective_from nulls last, version nulls last
        ) as next_effective_from,
        row_number() over (
            partition by scorecard, version
            order by effective_from nulls last
        ) as row_of_version
    from {{ ref('scorecards') }}
),

broken_rules as (
    {%- for condition, expectation, shown in rules %}
        select
            scorecard,
            version,
            '{{ expectation }}' as expectation,
            cast({{ shown }} as {{ dbt.type_string() }}) as found
        from scorecards
        where {{ condition }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        'scorecards.csv: ' || scorecard || ' version ' || version || ': ' || expectation
        || ', found ' || coalesce(found, 'nothing') as problem
    from broken_rules
)

select * from final
