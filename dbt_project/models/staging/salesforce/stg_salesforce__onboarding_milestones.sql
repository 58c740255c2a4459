with source as (
    select * from {{ source('salesforce', 'onboarding_milestones') }}
),

final as (
    select
        id as onboarding_milestone_id,
        coalesce(is_deleted, false) as is_deleted,
        account_c as account_id,
        name as milestone_name,
        due_date_c as due_on,
        completed_date_c as completed_on,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
