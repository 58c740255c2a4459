with source as (
    select * from {{ source('salesforce', 'csm_sentiments') }}
),

final as (
    select
        id as csm_sentiment_id,
        coalesce(is_deleted, false) as is_deleted,
        account_c as account_id,
        outlook_c as outlook,
        relationship_depth_c as relationship_depth,
        reason_codes_c as reason_codes,
        created_by_id,
        created_date as created_at,
        system_modstamp as updated_at
    from source
)

select * from final
