with source as (
    select * from {{ source('recurly', 'add_ons') }}
),

final as (
    select
        id as add_on_id,
        code as add_on_code,
        name as add_on_name,
        plan_id,
        state,
        add_on_type,
        updated_at
    from source
)

select * from final
