with child_events as (
    select * from {{ source('zendesk', 'ticket_events__child_events') }}
),

ticket_events as (
    select * from {{ source('zendesk', 'ticket_events') }}
),

final as (
    select
        child_events.id as ticket_event_id,
        ticket_events.ticket_id,
        child_events.field,
        child_events.value as field_value,
        child_events.previous_value,
        child_events.event_type = 'Create' as is_creation,
        ticket_events.created_at
    from child_events
    inner join ticket_events
        on child_events._dlt_parent_id = ticket_events._dlt_id
)

select * from final
