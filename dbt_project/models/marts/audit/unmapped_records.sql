with unlinked as (
    select * from {{ ref('int_unlinked_vendor_accounts') }}
),

final as (
    select
        source,
        source_id,
        source_name,
        reason,
        -- Some use e-mail addresses as account codes; people stay out of the marts.
        case when shared_id not like '%@%' then shared_id end as shared_id,
        domains
    from unlinked
)

select * from final
