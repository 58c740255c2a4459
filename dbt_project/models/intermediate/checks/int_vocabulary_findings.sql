{{ config(materialized='view') }}

{%- set ids_shown = 5 %}

with

months as (
    select * from {{ ref('int_checked_months') }}
    where is_newest
),

violations as (
    select
        *,
        row_number() over (
            partition by resource, field, reason
            order by record_id nulls last
        ) as place
    from {{ ref('int_vocabulary_violations') }}
),

counted as (
    select
        resource,
        field,
        reason,
        count(*) as records,
        {{ joined_in_order(
            'case when place <= ' ~ ids_shown ~ ' then record_id end', ', ', 'place'
        ) }} as record_ids
    from violations
    group by resource, field, reason
),

final as (
    select
        'vocabulary_known' as check_name,
        'warn' as severity,
        months.score_month,
        counted.resource || ' ' || counted.field || ' ('
        || {{ code_as_text('counted.reason') }} || ')' as subject,
        counted.records || case counted.records
            when 1 then ' record: ' else ' records: '
        end || counted.record_ids || case
            when counted.records > {{ ids_shown }}
                then ' and ' || (counted.records - {{ ids_shown }}) || ' more'
            else ''
        end || '.' as found,
        'None.' as usual,
        'Correct the field in the source system; audit.vocabulary_violations lists the '
        || 'records with what they count as meanwhile. A new value of ours goes into '
        || 'the seed of its vocabulary.' as what_to_do
    from counted
    cross join months
)

select * from final
