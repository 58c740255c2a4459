with domains as (
    select * from {{ source('zendesk', 'organizations__domain_names') }}
),

organizations as (
    select * from {{ source('zendesk', 'organizations') }}
),

final as (
    select distinct
        organizations.id as organization_id,
        domains.domain,
        domains.registrable_domain
    from domains
    inner join organizations
        on domains._dlt_parent_id = organizations._dlt_id
)

select * from final
