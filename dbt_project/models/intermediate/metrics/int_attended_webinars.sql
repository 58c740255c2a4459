with campaigns as (
    select * from {{ ref('stg_salesforce__campaigns') }}
    where not is_deleted and lower(campaign_type) = 'webinar'
),

campaign_members as (
    select * from {{ ref('stg_salesforce__campaign_members') }}
    where not is_deleted and lower(status) = 'attended'
),

final as (
    select
        campaign_members.campaign_member_id,
        campaign_members.contact_id,
        cast(
            coalesce(campaign_members.first_responded_on, campaigns.start_date)
            as timestamp
        ) as engaged_at
    from campaign_members
    inner join campaigns
        on campaign_members.campaign_id = campaigns.campaign_id
)

select * from final
