with

cells as (
    select * from {{ ref('int_scorecard_cells') }}
),

texts as (
    select
        scorecard,
        scorecard_version,
        scorecard || '|' || scorecard_version || '|' || file_name || '|' || row_name
        || '|' || column_name || coalesce('=' || cell, '') as cell_as_text
    from cells
),

final as (
    select
        scorecard,
        scorecard_version,
        {{ dbt.hash(joined_in_order('cell_as_text')) }} as version_hash
    from texts
    group by scorecard, scorecard_version
)

select * from final
