with tags as (
    select * from {{ source('zendesk', 'tickets__tags') }}
),

tickets as (
    select * from {{ source('zendesk', 'tickets') }}
),

final as (
    select distinct
        tickets.id as ticket_id,
        lower(trim(tags.value)) as tag
    from tags
    inner join tickets
        on tags._dlt_parent_id = tickets._dlt_id
)

select * from final
