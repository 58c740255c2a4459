{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('journey') }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

milestones as (
    select
        aliases.account_id,
        milestones.created_at,
        cast(milestones.due_on as timestamp) as due_at,
        cast(milestones.completed_on as timestamp) as completed_at
    from {{ ref('stg_salesforce__onboarding_milestones') }} as milestones
    inner join aliases
        on milestones.account_id = aliases.alias_id
    where not milestones.is_deleted
),

defined as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        milestones.due_at < account_windows.as_of as is_due,
        coalesce(milestones.completed_at < account_windows.as_of, false) as is_completed
    from account_windows
    inner join milestones
        on
            account_windows.account_id = milestones.account_id
            and account_windows.as_of > milestones.created_at
),

first_value_days as (
    select * from {{ ref('int_first_value_days') }}
),

first_values as (
    select
        account_windows.*,
        case
            when
                first_value_days.activity_date
                <= cast(account_windows.first_paid_at as date)
                then 0
            else {{ dbt.datediff(
                'account_windows.first_paid_at', 'first_value_days.activity_date', 'day'
            ) }}
        end as days_to_value,
        account_windows.days_since_first_paid >= 14 as has_had_time
    from account_windows
    left join first_value_days
        on
            account_windows.account_id = first_value_days.account_id
            and account_windows.window_ends_at >= first_value_days.day_ends_at
),

metric_rows as (
    select
        {{ metric_columns(
            value="avg(case when is_due and is_completed then 1.0 when is_due then 0.0 end)",
            denominator="count(case when is_due then 1 end)",
            not_applicable_reason="case
                when days_since_first_paid >= 365 then 'nothing_sold'
                when count(is_completed) = 0 then 'nothing_recorded'
            end"
        ) }}
    from account_windows
    left join defined using (account_id, score_month, metric)
    where metric = 'milestone_completion_rate'
    group by account_id, score_month, metric, days_since_first_paid

    union all

    select
        {{ metric_columns(
            value="coalesce(
                days_to_value, case when has_had_time then days_since_first_paid end
            )",
            denominator="case when days_to_value is not null or has_had_time then 1 end",
            reads_from="first_paid_at"
        ) }}
    from first_values
    where metric = 'days_to_first_value'

    union all

    select
        {{ metric_columns(
            value="tenure_months",
            denominator="case when tenure_months is not null then 1 end"
        ) }}
    from account_windows
    where metric = 'tenure_months'
)

select * from metric_rows
