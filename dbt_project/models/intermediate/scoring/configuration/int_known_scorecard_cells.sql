-- Grows by a version whenever one is new or edited, and forgets nothing: what closed
-- months were scored by is told from it after the files have changed.
{{ config(materialized='incremental', full_refresh=false) }}

with

cells as (
    select * from {{ ref('int_scorecard_cells') }}
),

version_hashes as (
    select * from {{ ref('int_scorecard_hashes') }}
    {%- if is_incremental() %}
        where version_hash not in (select version_hash from {{ this }})
    {%- endif %}
),

final as (
    select
        version_hashes.version_hash,
        cells.file_name,
        cells.row_name,
        cells.column_name,
        cells.column_place,
        cells.cell
    from cells
    inner join version_hashes
        on
            cells.scorecard = version_hashes.scorecard
            and cells.scorecard_version = version_hashes.scorecard_version
)

select * from final
