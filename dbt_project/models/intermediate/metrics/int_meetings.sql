with events as (
    select * from {{ ref('stg_salesforce__events') }}
    where not is_deleted
),

users as (
    select user_id from {{ ref('stg_salesforce__users') }}
),

event_relations as (
    select * from {{ ref('stg_salesforce__event_relations') }}
    where not is_deleted
),

-- Copies of a group event for its invitees (children) and headers of series do not
-- count.
meetings as (
    select
        event_id,
        account_id,
        who_id,
        owner_id,
        coalesce(
            ended_at,
            {{ dbt.dateadd('minute', 'coalesce(duration_minutes, 0)', 'started_at') }}
        ) as engaged_at
    from events
    where not is_child and not is_recurrence
),

invited as (
    select
        event_id,
        who_id as contact_id
    from meetings
    where who_id is not null

    union

    select
        event_id,
        relation_id as contact_id
    from event_relations
),

declined as (
    select distinct
        event_id,
        relation_id as contact_id
    from event_relations
    where lower(status) = 'declined'
),

-- Of us: who owns it, and our other people who were invited.
hosts as (
    select
        event_id,
        owner_id as user_id
    from meetings

    union

    select
        event_relations.event_id,
        users.user_id
    from event_relations
    inner join users
        on event_relations.relation_id = users.user_id
    where lower(coalesce(event_relations.status, '')) <> 'declined'
),

final as (
    select
        meetings.event_id,
        meetings.account_id,
        invited.contact_id,
        hosts.user_id,
        meetings.engaged_at
    from meetings
    inner join invited
        on meetings.event_id = invited.event_id
    inner join hosts
        on meetings.event_id = hosts.event_id
    left join declined
        on
            invited.event_id = declined.event_id
            and invited.contact_id = declined.contact_id
    where
        declined.event_id is null
        and meetings.engaged_at is not null
)

select * from final
