with tags as (
    select * from {{ ref('stg_zendesk__ticket_tags') }}
),

topics as (
    select * from {{ ref('ticket_topics') }}
),

final as (
    select
        tags.ticket_id,
        max(case when tags.tag = 'closed_by_merge' then 1 else 0 end) = 1 as is_merged,
        max(case when topics.topic = 'feature_request' then 1 else 0 end) = 1
            as is_feature_request
    from tags
    left join topics
        on tags.tag = topics.tag
    group by tags.ticket_id
)

select * from final
