with source as (
    select * from {{ source('salesforce', 'outreach') }}
),

final as (
    select
        id as outreach_id,
        coalesce(is_deleted, false) as is_deleted,
        account_c as account_id,
        contact_c as contact_id,
        owner_id,
        sent_at_c as sent_at,
        method_c as method,
        coalesce(delivered_c, false) as is_delivered,
        responded_at_c as responded_at,
        coalesce(auto_reply_c, false) as is_auto_reply,
        acted_at_c as acted_at,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
