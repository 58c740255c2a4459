-- Days become months at 30.4375 days a month, a twelfth of a year.
with plans as (
    select * from {{ ref('stg_recurly__plans') }}
),

final as (
    select
        plan_code,
        max(
            case interval_unit when 'days' then 30.4375 else 1.0 end
            / nullif(cast(interval_length as double), 0)
        ) as months_factor
    from plans
    group by plan_code
)

select * from final
