{{ config(materialized='replace_months', through='newest') }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

health_overrides as (
    select * from {{ ref('stg_salesforce__health_overrides') }}
    where not is_deleted and band in ('green', 'yellow', 'red')
),

-- An expiry that is missing or more than 30 days ahead is cut to 30 days.
limited as (
    select
        coalesce(aliases.account_id, health_overrides.account_id) as account_id,
        health_overrides.health_override_id,
        health_overrides.band,
        health_overrides.reason_code,
        health_overrides.created_by_id,
        health_overrides.created_at,
        least(
            coalesce(health_overrides.expires_on, cast('9999-12-01' as date)),
            {{ last_day_of_override('health_overrides.created_at') }}
        ) as expires_on
    from health_overrides
    left join aliases on health_overrides.account_id = aliases.alias_id
),

applying as (
    select
        account_months.score_month,
        row_number() over (
            partition by account_months.account_id, account_months.score_month
            order by
                limited.created_at desc nulls last,
                limited.health_override_id desc nulls last
        ) as newest_first,
        limited.*
    from account_months
    inner join limited
        on
            account_months.account_id = limited.account_id
            and account_months.as_of > limited.created_at
            and limited.expires_on >= cast(
                {{ dbt.dateadd('day', -1, 'account_months.as_of') }} as date
            )
),

final as (
    select
        account_id,
        score_month,
        band as override_band,
        reason_code as override_reason,
        created_by_id as overridden_by,
        expires_on as override_expires_on
    from applying
    where newest_first = 1
)

select * from final
