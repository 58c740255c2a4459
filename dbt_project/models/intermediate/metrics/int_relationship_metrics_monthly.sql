{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('relationship') }}
),

key_contacts as (
    select * from {{ ref('int_contacts_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and role_type in (
            'champion', 'executive_sponsor', 'administrator', 'power_user'
        )
),

engagements as (
    select * from {{ ref('int_engagements') }}
),

engaged_people as (
    select distinct
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        engagements.person_key
    from account_windows
    inner join engagements
        on
            account_windows.account_id = engagements.account_id
            and engagements.engaged_at >= account_windows.window_starts_at
            and engagements.engaged_at < account_windows.window_ends_at
),

metric_rows as (
    select
        {{ metric_columns(
            value="count(distinct role_type)",
            value_basis="coalesce(min(value_basis), 'recorded')"
        ) }}
    from account_windows
    left join key_contacts
        using (account_id, score_month)
    where metric = 'key_roles_mapped'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(value="count(person_key)") }}
    from account_windows
    left join engaged_people
        using (account_id, score_month, metric)
    where metric = 'contacts_engaged'
    group by account_id, score_month, metric
)

select * from metric_rows
