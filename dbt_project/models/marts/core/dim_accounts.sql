with segments as (
    select * from {{ ref('int_account_segments') }}
    where attribute_basis = 'recorded' and valid_until is null
),

paying_accounts as (
    select * from {{ ref('int_paying_accounts') }}
),

first_paid_days as (
    select * from {{ ref('int_first_paid_days') }}
),

user_names as (
    select * from {{ ref('int_user_names') }}
    where valid_until is null
),

linked_sources as (
    select distinct
        account_id,
        source
    from {{ ref('int_account_links') }}
    where deleted_at is null or source <> 'zendesk'
),

link_lists as (
    select
        account_id,
        {{ dbt.listagg('source', "'; '", 'order by source') }} as linked_sources
    from linked_sources
    group by account_id
),

final as (
    select
        segments.account_id,
        segments.account_name,
        segments.account_type,
        segments.parent_account_id,
        segments.csm_id,
        user_names.user_name as csm_name,
        cast(segments.employees as bigint) as employees,
        segments.size_segment,
        segments.is_high_growth,
        case
            when
                paying_accounts.account_id is not null
                and segments.lifecycle_stage in ('prospect', 'churned', 'unknown')
                then 'implemented'
            else segments.lifecycle_stage
        end as lifecycle_stage,
        segments.region,
        segments.vertical,
        paying_accounts.account_id is not null as is_paying,
        segments.customer_since,
        first_paid_days.first_paid_at,
        link_lists.linked_sources,
        segments.created_at
    from segments
    left join paying_accounts
        on segments.account_id = paying_accounts.account_id
    left join first_paid_days
        on segments.account_id = first_paid_days.account_id
    left join user_names
        on segments.csm_id = user_names.user_id
    left join link_lists
        on segments.account_id = link_lists.account_id
)

select * from final
