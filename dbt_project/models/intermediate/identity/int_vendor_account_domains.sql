with pendo_accounts as (
    select * from {{ ref('stg_pendo__accounts') }}
),

organization_domains as (
    select * from {{ ref('stg_zendesk__organization_domains') }}
),

recurly_accounts as (
    select * from {{ ref('stg_recurly__accounts') }}
),

freemail_domains as (
    select * from {{ ref('freemail_domains') }}
),

own_domains as (
    select * from {{ ref('own_domains') }}
),

domains as (
    select
        'pendo' as source,
        pendo_account_id as source_id,
        registrable_domain as domain
    from pendo_accounts
    where environment <> 'test'

    union

    select
        'zendesk' as source,
        organization_id as source_id,
        registrable_domain as domain
    from organization_domains

    union

    select
        'recurly' as source,
        recurly_account_id as source_id,
        registrable_domain as domain
    from recurly_accounts
),

final as (
    select
        source,
        source_id,
        domain,
        domain in (select domain from freemail_domains) as is_freemail,
        domain in (select lower(domain) from own_domains) as is_own
    from domains
    where domain is not null
)

select * from final
