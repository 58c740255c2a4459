with violations as (
    select * from {{ ref('int_vocabulary_violations') }}
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
