with source as (
    select * from {{ source('salesforce', 'contacts') }}
),

own_domains as (
    select distinct lower(domain) as domain from {{ ref('own_domains') }}
),

final as (
    select
        source.id as contact_id,
        coalesce(source.is_deleted, false) as is_deleted,
        source.master_record_id as master_contact_id,
        source.account_id,
        {{ person_key('source.email', 'source.id') }} as person_key,
        source.email,
        source.registrable_domain,
        source.title,
        {{ snake_case('source.role_type_c') }} as role_type,
        {{ snake_case('source.seniority_c') }} as seniority,
        source.left_on_c as left_on,
        coalesce(source.is_email_bounced, false) as is_email_bounced,
        source.email_bounced_date as email_bounced_at,
        own_domains.domain is not null as is_excluded,
        source.created_date as created_at,
        source.last_modified_date as last_modified_at,
        source.system_modstamp as updated_at
    from source
    left join own_domains
        on source.registrable_domain = own_domains.domain
)

select * from final
