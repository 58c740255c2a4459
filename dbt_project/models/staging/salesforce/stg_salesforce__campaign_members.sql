with source as (
    select * from {{ source('salesforce', 'campaign_members') }}
),

final as (
    select
        id as campaign_member_id,
        coalesce(is_deleted, false) as is_deleted,
        campaign_id,
        contact_id,
        status,
        coalesce(has_responded, false) as has_responded,
        first_responded_date as first_responded_on,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
