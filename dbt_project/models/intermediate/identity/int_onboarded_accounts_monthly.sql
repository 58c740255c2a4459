{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

milestones as (
    select * from {{ ref('stg_salesforce__onboarding_milestones') }}
    where not is_deleted
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

known as (
    select
        aliases.account_id,
        months.score_month,
        coalesce(
            cast(milestones.completed_on as timestamp) < months.as_of, false
        ) as is_completed
    from months
    inner join milestones
        on months.as_of > milestones.created_at
    inner join aliases
        on milestones.account_id = aliases.alias_id
),

final as (
    select
        account_id,
        score_month
    from known
    group by account_id, score_month
    having min(case when is_completed then 1 else 0 end) = 1
)

select * from final
