with polls as (
    select * from {{ source('pendo', 'guides__polls') }}
),

guides as (
    select * from {{ source('pendo', 'guides') }}
),

final as (
    select
        guides.id as guide_id,
        polls.id as poll_id,
        polls.attributes__type as poll_type
    from polls
    inner join guides
        on polls._dlt_parent_id = guides._dlt_id
)

select * from final
