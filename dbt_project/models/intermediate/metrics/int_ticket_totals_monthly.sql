{{ config(materialized='replace_months') }}

with tickets as (
    select * from {{ ref('int_support_tickets_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

windows as (
    select * from {{ ref('int_metric_windows') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and metric = 'escalated_ticket_rate'
),

weighed as (
    select
        tickets.*,
        least(tickets.age_days, 30)
        * case tickets.status when 'pending' then 0.5 else 1 end
        * case tickets.priority
            when 'urgent' then 4
            when 'high' then 2
            when 'low' then 0.5
            else 1
        end as severity,
        tickets.ticket_type in ('problem', 'incident')
        and tickets.created_at < {{ dbt.dateadd('day', -7, 'windows.as_of') }}
            as is_lasting_defect,
        tickets.created_at >= windows.window_starts_at as is_recent
    from tickets
    inner join windows
        on tickets.score_month = windows.score_month
),

final as (
    select
        account_id,
        score_month,
        count(*) as ticket_count,
        sum(case when is_open then severity else 0 end) as severity,
        count(case when is_open and is_lasting_defect then 1 end) as open_defects,
        count(case when is_open and is_feature_request then 1 end)
            as open_feature_requests,
        min(case when is_open then value_basis end) as open_basis,
        count(case when is_recent then 1 end) as recent_tickets,
        cast(count(case when is_recent and is_escalated then 1 end) as double)
            as escalated_tickets,
        min(case when is_recent then value_basis end) as recent_basis
    from weighed
    group by account_id, score_month
)

select * from final
