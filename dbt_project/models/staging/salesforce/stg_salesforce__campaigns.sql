with source as (
    select * from {{ source('salesforce', 'campaigns') }}
),

final as (
    select
        id as campaign_id,
        coalesce(is_deleted, false) as is_deleted,
        name as campaign_name,
        type as campaign_type,
        status,
        start_date,
        end_date,
        system_modstamp as updated_at
    from source
)

select * from final
