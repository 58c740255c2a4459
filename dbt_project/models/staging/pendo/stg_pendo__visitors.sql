with source as (
    select * from {{ source('pendo', 'visitors') }}
),

own_domains as (
    select distinct lower(domain) as domain from {{ ref('own_domains') }}
),

domains as (
    select
        *,
        coalesce(
            registrable_domain,
            case when visitor_id like '%@%' then lower({{ dbt.split_part(
                'trim(visitor_id)', "'@'", 2
            ) }}) end
        ) as person_domain
    from source
),

final as (
    select
        domains.visitor_id,
        domains.metadata__auto__accountid as pendo_account_id,
        {{ person_key('domains.metadata__agent__email', 'domains.visitor_id') }}
            as person_key,
        domains.metadata__agent__email as email,
        domains.person_domain as registrable_domain,
        domains.metadata__agent__role as visitor_role,
        {{ is_anonymous_visitor('domains.visitor_id') }}
        or coalesce(domains.metadata__pendo__donotprocess, false)
        or own_domains.domain is not null as is_excluded,
        {{ from_epoch_ms('domains.metadata__agent__invitedat') }} as invited_at,
        {{ from_epoch_ms('domains.metadata__auto__firstvisit') }} as first_visit_at,
        {{ from_epoch_ms('domains.metadata__auto__lastvisit') }} as last_visit_at,
        {{ from_epoch_ms('domains.metadata__auto__lastupdated') }} as updated_at
    from domains
    left join own_domains
        on domains.person_domain = own_domains.domain
)

select * from final
