with source as (
    select * from {{ source('salesforce', 'events') }}
),

final as (
    select
        id as event_id,
        coalesce(is_deleted, false) as is_deleted,
        account_id,
        who_id,
        what_id,
        owner_id,
        start_date_time as started_at,
        end_date_time as ended_at,
        duration_in_minutes as duration_minutes,
        event_subtype,
        type as event_type,
        coalesce(is_child, false) as is_child,
        coalesce(is_group_event, false) as is_group_event,
        coalesce(is_recurrence, false) as is_recurrence,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
