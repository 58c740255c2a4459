{{ config(materialized='view') }}

with violations as (
    select * from {{ ref('int_account_vocabulary_violations') }}

    union all

    select * from {{ ref('int_record_vocabulary_violations') }}

    union all

    select * from {{ ref('int_override_vocabulary_violations') }}
),

final as (
    select
        resource,
        record_id,
        field,
        reason,
        field_value,
        treated_as,
        account_id
    from violations
)

select * from final
