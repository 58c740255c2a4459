with pendo_accounts as (
    select * from {{ ref('stg_pendo__accounts') }}
),

zendesk_organizations as (
    select * from {{ ref('stg_zendesk__organizations') }}
),

recurly_accounts as (
    select * from {{ ref('stg_recurly__accounts') }}
),

vendor_accounts as (
    select
        'pendo' as source,
        pendo_account_id as source_id,
        account_name as source_name,
        pendo_account_id as shared_id,
        salesforce_id,
        environment = 'test' as is_test,
        cast(null as timestamp) as deleted_at
    from pendo_accounts
    where trim(pendo_account_id) <> ''

    union all

    select
        'zendesk' as source,
        organization_id as source_id,
        organization_name as source_name,
        external_id as shared_id,
        salesforce_id,
        false as is_test,
        deleted_at
    from zendesk_organizations

    union all

    select
        'recurly' as source,
        recurly_account_id as source_id,
        company_name as source_name,
        code as shared_id,
        salesforce_id,
        false as is_test,
        deleted_at
    from recurly_accounts
),

final as (
    select * from vendor_accounts
)

select * from final
