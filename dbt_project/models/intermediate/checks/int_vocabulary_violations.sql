{{ config(materialized='view') }}

with final as (
    select * from {{ ref('int_account_vocabulary_violations') }}

    union all

    select * from {{ ref('int_record_vocabulary_violations') }}

    union all

    select * from {{ ref('int_override_vocabulary_violations') }}
)

select * from final
