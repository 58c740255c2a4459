with unlinked as (
    select * from {{ ref('int_unlinked_vendor_accounts') }}
),

final as (
    select
        source,
        source_id,
        source_name,
        reason,
        shared_id,
        domains
    from unlinked
)

select * from final
