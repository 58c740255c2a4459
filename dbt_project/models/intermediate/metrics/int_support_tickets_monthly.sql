{{ config(materialized='replace_months', batch='month') }}

with windows as (
    select * from {{ ref('int_metric_windows') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and metric = 'open_ticket_severity'
),

versions as (
    select
        tickets.*,
        topics.is_feature_request,
        topics.is_merged,
        min(tickets.dbt_valid_from) over (partition by tickets.ticket_id)
            as first_valid_from
    from {{ ref('snp_zendesk__tickets') }} as tickets
    left join {{ ref('int_ticket_topics') }} as topics
        on tickets.ticket_id = topics.ticket_id
    where coalesce(tickets.ticket_type, '') <> 'task'
),

-- What its events say of the instant, else the version valid then. Where neither is
-- known there is only the ticket as it is now: it was open until it was solved.
at_instant as (
    select
        windows.score_month,
        windows.as_of,
        windows.window_starts_at,
        versions.*,
        states.ticket_id is not null or versions.dbt_valid_from < windows.as_of
            as is_recorded,
        coalesce(states.status, versions.status) as status_then,
        case
            when states.ticket_id is not null or versions.dbt_valid_from < windows.as_of
                then
                    coalesce(states.status, versions.status)
                    in ('new', 'open', 'pending', 'hold')
            else coalesce(versions.solved_at >= windows.as_of, true)
        end as is_open,
        case
            when states.ticket_id is null then versions.priority else states.priority
        end as priority_then,
        coalesce(states.organization_id, versions.organization_id) as organization_then,
        coalesce(
            states.was_urgent or states.was_reopened,
            coalesce(versions.priority = 'urgent', false)
            or coalesce(versions.reopens > 0, false)
        ) as is_escalated
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
    left join {{ ref('int_ticket_states_monthly') }} as states
        on
            windows.score_month = states.score_month
            and versions.ticket_id = states.ticket_id
    -- What was deleted or merged later counted until then. A merged ticket is closed, a
    -- follow-up, which inherits its tags, is not.
    where
        (versions.status <> 'deleted' or versions.dbt_valid_from >= windows.as_of)
        and not (
            coalesce(versions.is_merged, false)
            and coalesce(states.status, versions.status) = 'closed'
        )
),

-- Tickets that were open or created at some time in the window.
final as (
    select
        at_instant.score_month,
        links.account_id,
        at_instant.ticket_id,
        at_instant.ticket_type,
        at_instant.created_at,
        {{ whole_days('at_instant.created_at', 'at_instant.as_of') }} as age_days,
        at_instant.priority_then as priority,
        case when at_instant.is_recorded then at_instant.status_then end as status,
        at_instant.is_escalated,
        coalesce(at_instant.is_feature_request, false) as is_feature_request,
        at_instant.is_open,
        case when at_instant.is_recorded then 'recorded' else 'reconstructed' end
            as value_basis
    from at_instant
    inner join {{ ref('int_account_links') }} as links
        on
            at_instant.organization_then = links.source_id
            and links.source = 'zendesk'
    where
        at_instant.is_open
        or at_instant.created_at >= at_instant.window_starts_at
        or at_instant.solved_at >= at_instant.window_starts_at
)

select * from final
