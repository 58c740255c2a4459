with plans as (
    select * from {{ ref('stg_recurly__plans') }}
),

add_ons as (
    select * from {{ ref('stg_recurly__add_ons') }}
),

final as (
    select distinct
        plans.plan_code,
        add_ons.add_on_code
    from add_ons
    inner join plans
        on add_ons.plan_id = plans.plan_id
    where add_ons.add_on_type = 'usage'
)

select * from final
