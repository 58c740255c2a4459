{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('usage') }}
),

visitors as (
    select * from {{ ref('stg_pendo__visitors') }}
    where not is_excluded
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'pendo'
),

-- A person is invited once, with the first invitation, and comes with the first visit.
people as (
    select
        links.account_id,
        visitors.person_key,
        min(visitors.invited_at) as invited_at,
        min(visitors.first_visit_at) as first_visit_at
    from visitors
    inner join links
        on visitors.pendo_account_id = links.source_id
    group by links.account_id, visitors.person_key
),

-- The last two weeks of the window are left to come.
final as (
    select
        account_windows.account_id,
        account_windows.score_month,
        people.person_key,
        case
            when people.first_visit_at < account_windows.window_ends_at then 1 else 0
        end as has_come
    from account_windows
    inner join people
        on
            account_windows.account_id = people.account_id
            and people.invited_at >= account_windows.window_starts_at
            and people.invited_at
            < {{ dbt.dateadd('day', -14, 'account_windows.window_ends_at') }}
    where account_windows.metric = 'invite_acceptance_rate'
)

select * from final
