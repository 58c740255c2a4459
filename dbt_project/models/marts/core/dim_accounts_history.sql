with segments as (
    select * from {{ ref('int_account_segments') }}
),

user_names as (
    select * from {{ ref('int_user_names') }}
    where valid_until is null
),

final as (
    select
        segments.account_id,
        segments.valid_from,
        segments.valid_until,
        segments.attribute_basis,
        segments.account_name,
        segments.csm_id,
        user_names.user_name as csm_name,
        cast(segments.employees as bigint) as employees,
        segments.size_segment,
        segments.is_high_growth,
        case
            when segments.crm_stage_basis = 'recorded' then segments.lifecycle_stage
        end as lifecycle_stage,
        segments.region,
        segments.vertical
    from segments
    left join user_names
        on segments.csm_id = user_names.user_id
)

select * from final
