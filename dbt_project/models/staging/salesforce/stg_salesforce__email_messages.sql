with source as (
    select * from {{ source('salesforce', 'email_messages') }}
),

final as (
    select
        id as email_message_id,
        coalesce(is_deleted, false) as is_deleted,
        activity_id,
        related_to_id,
        parent_id,
        coalesce(incoming, false) as is_incoming,
        message_date as sent_at,
        from_address,
        reply_to_email_message_id,
        status,
        system_modstamp as updated_at
    from source
)

select * from final
