with

used_versions as (
    select * from {{ ref('int_used_versions') }}
),

stored_cells as (
    {{ stored_cells() }}
),

cells_now as (
    select * from {{ ref('int_scorecard_cells') }}
),

before as (
    select
        used_versions.scorecard,
        used_versions.scorecard_version,
        stored_cells.*
    from used_versions
    inner join stored_cells on used_versions.version_hash = stored_cells.version_hash
),

after as (
    select cells_now.*
    from cells_now
    inner join used_versions
        on
            cells_now.scorecard = used_versions.scorecard
            and cells_now.scorecard_version = used_versions.scorecard_version
),

cells as (
    select
        {%- for column in [
            'scorecard', 'scorecard_version', 'file_name', 'row_name', 'column_name',
            'column_place'
        ] %}
            coalesce(after.{{ column }}, before.{{ column }}) as {{ column }},
        {%- endfor %}
        case when before.row_name is not null then 1 else 0 end as was_there,
        case when after.row_name is not null then 1 else 0 end as is_there,
        before.cell as cell_before,
        after.cell as cell_after
    from before
    full outer join after
        on
            before.scorecard = after.scorecard
            and before.scorecard_version = after.scorecard_version
            and before.file_name = after.file_name
            and before.row_name = after.row_name
            and before.column_name = after.column_name
),

changed_rows as (
    select
        scorecard,
        scorecard_version,
        file_name,
        row_name,
        max(was_there) as was_there,
        max(is_there) as is_there,
        {{ joined_in_order(
            "column_name || ' ' || " ~ cell_in_words('coalesce(cell_before, cell_after)'),
            ', ', 'column_place'
        ) }} as whole_row,
        {{ joined_in_order(
            "case when cell_before is distinct from cell_after then column_name || ' was '"
            ~ " || coalesce(" ~ cell_in_words('cell_before') ~ ", 'blank') || ', is now '"
            ~ " || coalesce(" ~ cell_in_words('cell_after') ~ ", 'blank') end",
            '; ', 'column_place'
        ) }} as changed_cells
    from cells
    group by scorecard, scorecard_version, file_name, row_name
),

final as (
    select
        scorecard,
        scorecard_version,
        file_name || '.csv' || case when row_name = '' then '' else ', ' || row_name end
        || ': ' || case
            when is_there = 0 then 'the row is gone (' || whole_row || ')'
            when was_there = 0 then 'the row is new (' || whole_row || ')'
            else changed_cells
        end as change
    from changed_rows
    where changed_cells is not null or is_there <> was_there
)

select * from final
