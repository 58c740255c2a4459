-- What the vendor's own change log says of the time before the first version
-- belongs between the two halves of `versions`, as further rows of basis
-- recorded.
with snapshots as (
    select * from {{ ref('snp_salesforce__accounts') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

numbered as (
    select
        snapshots.*,
        row_number() over (
            partition by snapshots.account_id
            order by snapshots.dbt_valid_from nulls last
        ) as version_number
    from snapshots
    inner join accounts
        on snapshots.account_id = accounts.account_id
),

versions as (
    select
        *,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_until,
        'recorded' as attribute_basis
    from numbered

    union all

    -- The earliest known value stands for the time before it.
    select
        *,
        cast('1970-01-01' as timestamp) as valid_from,
        dbt_valid_from as valid_until,
        'current' as attribute_basis
    from numbered
    where version_number = 1
),

final as (
    select
        account_id,
        valid_from,
        valid_until,
        attribute_basis,
        account_name,
        account_type,
        parent_account_id,
        industry,
        employees,
        is_high_growth,
        billing_country,
        billing_state,
        coalesce(csm_id, owner_id) as csm_id,
        crm_lifecycle_stage,
        customer_since,
        created_at
    from versions
)

select * from final
