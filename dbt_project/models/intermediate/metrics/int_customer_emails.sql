with email_messages as (
    select * from {{ ref('stg_salesforce__email_messages') }}
    where not is_deleted and is_incoming
),

tasks as (
    select * from {{ ref('stg_salesforce__tasks') }}
),

contacts as (
    select * from {{ ref('stg_salesforce__contacts') }}
),

final as (
    select
        email_messages.email_message_id,
        email_messages.related_to_id as account_id,
        contacts.contact_id,
        tasks.owner_id as user_id,
        email_messages.sent_at as engaged_at
    from email_messages
    inner join contacts
        on lower(trim(email_messages.from_address)) = lower(trim(contacts.email))
    left join tasks
        on email_messages.activity_id = tasks.task_id
)

select * from final
