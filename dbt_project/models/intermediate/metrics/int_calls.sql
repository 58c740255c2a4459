with tasks as (
    select * from {{ ref('stg_salesforce__tasks') }}
    where not is_deleted
),

task_who_relations as (
    select * from {{ ref('stg_salesforce__task_who_relations') }}
    where not is_deleted
),

calls as (
    select
        *,
        {{ snake_case('call_disposition') }} as disposition
    from tasks
    where
        is_closed
        and lower(task_subtype) = 'call'
        and coalesce(lower(call_type), '') <> 'internal'
),

-- A call counts when somebody answered. The disposition says so; where nobody chose
-- one, the length does: a message on a voicemail is over within a minute.
connected as (
    select
        task_id,
        account_id,
        who_id,
        owner_id,
        coalesce(completed_at, cast(activity_date as timestamp)) as engaged_at
    from calls
    where
        case
            when disposition is null then coalesce(call_duration_seconds, 0) >= 60
            else not (
                disposition like '%voicemail%'
                or disposition like '%no%answer%'
                or disposition like '%not%reached%'
                or disposition in ('busy', 'wrong_number', 'left_message', 'failed')
            )
        end
),

people as (
    select
        task_id,
        who_id as contact_id
    from connected
    where who_id is not null

    union

    select
        task_id,
        relation_id as contact_id
    from task_who_relations
),

final as (
    select
        connected.task_id,
        connected.account_id,
        people.contact_id,
        connected.owner_id as user_id,
        connected.engaged_at
    from connected
    inner join people
        on connected.task_id = people.task_id
    where connected.engaged_at is not null
)

select * from final
