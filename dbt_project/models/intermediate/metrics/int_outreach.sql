with outreach as (
    select * from {{ ref('stg_salesforce__outreach') }}
    where not is_deleted
),

contacts as (
    select * from {{ ref('stg_salesforce__contacts') }}
),

accounts as (
    select * from {{ ref('int_account_aliases') }}
    where not is_test
),

-- The account is the one it was about, else the contact's own.
final as (
    select
        outreach.outreach_id,
        coalesce(about.account_id, home.account_id) as account_id,
        outreach.contact_id,
        outreach.owner_id as user_id,
        outreach.sent_at,
        outreach.is_delivered,
        case when not outreach.is_auto_reply then outreach.responded_at end
            as answered_at,
        outreach.acted_at
    from outreach
    left join contacts
        on outreach.contact_id = contacts.contact_id
    left join accounts as about
        on outreach.account_id = about.alias_id
    left join accounts as home
        on contacts.account_id = home.alias_id
    where
        coalesce(about.account_id, home.account_id) is not null
        and not coalesce(contacts.is_excluded, false)
)

select * from final
