{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('advocacy') }}
),

stated as (
    select * from {{ ref('int_stated_facts_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

-- An opt-in is a consent: having it twice is not having more.
acts as (
    select
        aliases.account_id,
        cast(acts.acted_on as timestamp) as acted_at,
        case
            when acts.act_type = 'marketing_opt_in' then acts.act_type
            else acts.advocacy_act_id
        end as counted_as
    from {{ ref('stg_salesforce__advocacy_acts') }} as acts
    inner join aliases
        on acts.account_id = aliases.alias_id
    where
        not acts.is_deleted
        and acts.act_type in (
            'referral', 'review', 'case_study', 'event_talk', 'marketing_opt_in'
        )
),

metric_rows as (
    select
        {{ metric_columns(
            value="is_reference",
            denominator="case when is_reference is not null then 1 end",
            observed_at="reference_stated_at",
            value_basis="value_basis"
        ) }}
    from account_windows
    left join stated using (account_id, score_month)
    where metric = 'is_reference'

    union all

    select
        {{ metric_columns(value="count(distinct case
            when acted_at >= window_starts_at and acted_at < window_ends_at then counted_as
        end)") }}
    from account_windows
    left join acts using (account_id)
    where metric = 'advocacy_acts'
    group by account_id, score_month, metric
)

select * from metric_rows
