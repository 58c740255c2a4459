with source as (
    select * from {{ source('pendo', 'accounts') }}
),

final as (
    select
        account_id as pendo_account_id,
        metadata__agent__name as account_name,
        registrable_domain,
        nullif(trim(metadata__agent__salesforceaccountid), '') as salesforce_id,
        coalesce(lower(trim(metadata__agent__environment)), 'production')
            as environment,
        {{ from_epoch_ms('metadata__auto__firstvisit') }} as first_visit_at,
        {{ from_epoch_ms('metadata__auto__lastupdated') }} as updated_at
    from source
)

select * from final
