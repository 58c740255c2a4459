{{ config(materialized='replace_months', batch='month') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

events as (
    select
        months.score_month,
        ticket_events.*,
        row_number() over (
            partition by
                months.score_month, ticket_events.ticket_id, ticket_events.field
            order by
                ticket_events.created_at desc nulls last,
                ticket_events.ticket_event_id desc nulls last
        ) as recency
    from months
    inner join {{ ref('stg_zendesk__ticket_events') }} as ticket_events
        on months.as_of > ticket_events.created_at
),

final as (
    select
        score_month,
        ticket_id,
        {%- for field in ['status', 'priority', 'organization_id'] %}
            max(case when field = '{{ field }}' and recency = 1 then field_value end)
                as {{ field }},
        {%- endfor %}
        max(case when field = 'priority' and field_value = 'urgent' then 1 else 0 end)
        = 1 as was_urgent,
        max(case
            when
                field = 'status'
                and previous_value = 'solved'
                and field_value in ('new', 'open', 'pending', 'hold')
                then 1
            else 0
        end) = 1 as was_reopened
    from events
    group by score_month, ticket_id
    having max(case when field = 'status' then 1 else 0 end) = 1
)

select * from final
