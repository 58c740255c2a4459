with source as (
    select * from {{ source('salesforce', 'tasks') }}
),

final as (
    select
        id as task_id,
        coalesce(is_deleted, false) as is_deleted,
        account_id,
        who_id,
        what_id,
        owner_id,
        activity_date,
        completed_date_time as completed_at,
        status,
        coalesce(is_closed, false) as is_closed,
        task_subtype,
        type as task_type,
        call_type,
        call_disposition,
        call_duration_in_seconds as call_duration_seconds,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
