with versions as (
    select * from {{ ref('int_account_versions') }}
),

size_segments as (
    select * from {{ ref('size_segments') }}
    where employees_from is not null
),

lifecycle_stages as (
    select * from {{ ref('lifecycle_stages') }}
),

regions as (
    select
        lower(trim(country)) as country,
        coalesce(lower(trim(state)), '') as state,
        region
    from {{ ref('regions') }}
),

sizes as (
    select
        size_segment,
        employees_from,
        lead(employees_from)
            over (order by employees_from nulls last)
            as employees_until
    from size_segments
),

final as (
    select
        versions.account_id,
        versions.valid_from,
        versions.valid_until,
        versions.attribute_basis,
        versions.crm_stage_basis,
        versions.account_name,
        versions.account_type,
        versions.parent_account_id,
        versions.csm_id,
        versions.employees,
        case
            when versions.is_high_growth then 'high_growth'
            else coalesce(sizes.size_segment, 'unknown')
        end as size_segment,
        versions.is_high_growth,
        versions.crm_lifecycle_stage,
        coalesce(lifecycle_stages.lifecycle_stage, 'unknown') as lifecycle_stage,
        versions.billing_country,
        versions.billing_state,
        coalesce(states.region, countries.region, 'unknown') as region,
        coalesce({{ snake_case('versions.industry') }}, 'unknown') as vertical,
        versions.customer_since,
        versions.created_at
    from versions
    left join sizes
        on
            versions.employees >= sizes.employees_from
            and (
                sizes.employees_until is null
                or versions.employees < sizes.employees_until
            )
    left join lifecycle_stages
        on
            lower(trim(versions.crm_lifecycle_stage))
            = lower(trim(lifecycle_stages.crm_value))
    left join regions as states
        on
            lower(trim(versions.billing_country)) = states.country
            and lower(trim(versions.billing_state)) = states.state
            and states.state <> ''
    left join regions as countries
        on
            lower(trim(versions.billing_country)) = countries.country
            and countries.state = ''
)

select * from final
