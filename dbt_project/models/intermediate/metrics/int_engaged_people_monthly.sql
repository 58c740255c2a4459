{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('relationship') }}
),

engagements as (
    select * from {{ ref('int_engagements') }}
),

contacts as (
    select * from {{ ref('int_contacts_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

user_functions as (
    select * from {{ ref('int_user_functions_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

people as (
    select
        account_id,
        score_month,
        person_key,
        max(seniority) as seniority,
        max(case when role_type in ('champion', 'executive_sponsor') then 1 else 0 end)
        = 1 as is_main_contact
    from contacts
    group by account_id, score_month, person_key
),

-- Engagements in the window; at any time, where the last one is asked for.
final as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        engagements.person_key,
        people.seniority,
        coalesce(people.is_main_contact, false) as is_main_contact,
        user_functions.own_function,
        max(engagements.engaged_at) as engaged_at
    from account_windows
    inner join engagements
        on
            account_windows.account_id = engagements.account_id
            and engagements.engaged_at < account_windows.window_ends_at
            and (
                account_windows.metric = 'days_since_main_contact'
                or engagements.engaged_at >= account_windows.window_starts_at
            )
    left join people
        on
            account_windows.account_id = people.account_id
            and account_windows.score_month = people.score_month
            and engagements.person_key = people.person_key
    left join user_functions
        on
            account_windows.score_month = user_functions.score_month
            and engagements.user_id = user_functions.user_id
    group by
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        engagements.person_key,
        people.seniority,
        people.is_main_contact,
        user_functions.own_function
)

select * from final
