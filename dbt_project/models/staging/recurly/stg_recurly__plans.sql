with source as (
    select * from {{ source('recurly', 'plans') }}
),

final as (
    select
        id as plan_id,
        code as plan_code,
        name as plan_name,
        state,
        interval_unit,
        interval_length,
        created_at,
        updated_at,
        deleted_at
    from source
)

select * from final
