{{ config(materialized='replace_months', batch='month') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

tickets as (
    select * from {{ ref('stg_zendesk__tickets') }}
),

organizations as (
    select * from {{ ref('stg_zendesk__organizations') }}
),

events as (
    select
        months.score_month,
        ticket_events.*,
        row_number() over (
            partition by
                months.score_month, ticket_events.ticket_id, ticket_events.field
            order by
                ticket_events.created_at desc nulls last,
                ticket_events.ticket_event_id desc nulls last
        ) as recency
    from months
    inner join {{ ref('stg_zendesk__ticket_events') }} as ticket_events
        on months.as_of > ticket_events.created_at
),

states as (
    select
        score_month,
        ticket_id,
        {%- for field in ['status', 'priority', 'organization_id'] %}
            max(case when field = '{{ field }}' and recency = 1 then field_value end)
                as {{ field }},
        {%- endfor %}
        max(case when field = 'priority' and field_value = 'urgent' then 1 else 0 end)
        = 1 as was_urgent,
        max(case
            when
                field = 'status'
                and previous_value = 'solved'
                and field_value in ('new', 'open', 'pending', 'hold')
                then 1
            else 0
        end) = 1 as was_reopened
    from events
    group by score_month, ticket_id
    having max(case when field = 'status' then 1 else 0 end) = 1
),

-- An organization that is merged into another is deleted and takes its tickets along:
-- they show the other, no event tells, and their own stamp stays.
final as (
    select
        states.score_month,
        states.ticket_id,
        states.status,
        states.priority,
        case
            when organizations.deleted_at < months.as_of
                then coalesce(tickets.organization_id, states.organization_id)
            else states.organization_id
        end as organization_id,
        states.was_urgent,
        states.was_reopened
    from states
    inner join months
        on states.score_month = months.score_month
    left join tickets
        on states.ticket_id = tickets.ticket_id
    left join organizations
        on states.organization_id = organizations.organization_id
)

select * from final
