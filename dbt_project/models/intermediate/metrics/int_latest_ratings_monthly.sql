{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('sentiment') }}
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'zendesk'
),

merged as (
    select distinct ticket_id from {{ ref('stg_zendesk__ticket_tags') }}
    where tag = 'closed_by_merge'
),

-- A rating counts from its last change: it may have been offered long before. Of a
-- ticket that was deleted or merged nothing comes after that.
ratings as (
    select
        links.account_id,
        ratings.ticket_id,
        ratings.satisfaction_rating_id,
        ratings.updated_at as rated_at,
        ratings.score = 'good' as is_good,
        case
            when tickets.status = 'deleted' then tickets.updated_at
            when tickets.status = 'closed' and merged.ticket_id is not null
                then tickets.updated_at
        end as gone_at
    from {{ ref('stg_zendesk__satisfaction_ratings') }} as ratings
    inner join {{ ref('stg_zendesk__tickets') }} as tickets
        on ratings.ticket_id = tickets.ticket_id
    inner join links
        on tickets.organization_id = links.source_id
    left join merged
        on tickets.ticket_id = merged.ticket_id
    where
        ratings.score in ('good', 'bad')
        and coalesce(tickets.ticket_type, '') <> 'task'
),

ranked as (
    select
        account_windows.account_id,
        account_windows.score_month,
        ratings.ticket_id,
        ratings.rated_at,
        ratings.is_good,
        row_number() over (
            partition by account_windows.score_month, ratings.ticket_id
            order by
                ratings.rated_at desc nulls last,
                ratings.satisfaction_rating_id desc nulls last
        ) as recency
    from account_windows
    inner join ratings
        on
            account_windows.account_id = ratings.account_id
            and ratings.rated_at >= account_windows.window_starts_at
            and ratings.rated_at < account_windows.window_ends_at
    where
        account_windows.metric = 'csat_rate'
        and coalesce(ratings.gone_at >= account_windows.as_of, true)
),

final as (
    select
        account_id,
        score_month,
        ticket_id,
        rated_at,
        is_good
    from ranked
    where recency = 1
)

select * from final
