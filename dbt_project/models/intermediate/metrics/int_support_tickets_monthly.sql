{{ config(materialized='replace_months', batch='month') }}

with windows as (
    select * from {{ ref('int_metric_windows') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and metric = 'open_ticket_severity'
),

merged as (
    select distinct ticket_id from {{ ref('stg_zendesk__ticket_tags') }}
    where tag = 'closed_by_merge'
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'zendesk'
),

versions as (
    select
        tickets.*,
        min(tickets.dbt_valid_from) over (partition by tickets.ticket_id)
            as first_valid_from
    from {{ ref('snp_zendesk__tickets') }} as tickets
    left join merged
        on tickets.ticket_id = merged.ticket_id
    where
        merged.ticket_id is null
        and coalesce(tickets.ticket_type, '') <> 'task'
),

-- The version valid at the as-of instant says whether the ticket was open. Before the
-- first known version there is only the ticket as it is now: it was open until it was
-- solved.
at_instant as (
    select
        windows.score_month,
        windows.as_of,
        windows.window_starts_at,
        versions.*,
        versions.dbt_valid_from < windows.as_of as is_recorded,
        case
            when versions.dbt_valid_from < windows.as_of
                then versions.status in ('new', 'open', 'pending', 'hold')
            else coalesce(versions.solved_at >= windows.as_of, true)
        end as is_open
    from windows
    inner join versions
        on
            versions.created_at < windows.window_ends_at
            and (
                (
                    versions.dbt_valid_from < windows.as_of
                    and coalesce(versions.dbt_valid_to >= windows.as_of, true)
                )
                or (
                    versions.first_valid_from >= windows.as_of
                    and versions.dbt_valid_to is null
                )
            )
),

-- Tickets that were open or created at some time in the window.
final as (
    select
        at_instant.score_month,
        links.account_id,
        at_instant.ticket_id,
        {{ whole_days('at_instant.created_at', 'at_instant.as_of') }} as age_days,
        at_instant.priority,
        case when at_instant.is_recorded then at_instant.status end as status,
        at_instant.is_open,
        case when at_instant.is_recorded then 'recorded' else 'reconstructed' end
            as value_basis
    from at_instant
    inner join links
        on at_instant.organization_id = links.source_id
    where
        at_instant.status <> 'deleted'
        and (
            at_instant.is_open
            or at_instant.created_at >= at_instant.window_starts_at
            or at_instant.solved_at >= at_instant.window_starts_at
        )
)

select * from final
