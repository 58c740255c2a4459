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

by_address as (
    select
        email_messages.email_message_id,
        contacts.contact_id
    from email_messages
    inner join contacts
        on lower(trim(email_messages.from_address)) = lower(trim(contacts.email))
),

-- A contact whose address nobody wrote down is known by the activity that the e-mail
-- was logged as.
by_activity as (
    select
        email_messages.email_message_id,
        contacts.contact_id
    from email_messages
    inner join tasks
        on email_messages.activity_id = tasks.task_id
    inner join contacts
        on tasks.who_id = contacts.contact_id
    left join by_address
        on email_messages.email_message_id = by_address.email_message_id
    where
        by_address.email_message_id is null
        and coalesce(trim(contacts.email), '') = ''
),

senders as (
    select * from by_address

    union all

    select * from by_activity
),

final as (
    select
        email_messages.email_message_id,
        email_messages.related_to_id as account_id,
        senders.contact_id,
        tasks.owner_id as user_id,
        email_messages.sent_at as engaged_at
    from email_messages
    inner join senders
        on email_messages.email_message_id = senders.email_message_id
    left join tasks
        on email_messages.activity_id = tasks.task_id
)

select * from final
