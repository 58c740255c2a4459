with subscriptions as (
    select * from {{ ref('stg_recurly__subscriptions') }}
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'recurly'
),

items as (
    select * from {{ ref('int_subscription_items') }}
),

contracts as (
    select * from {{ ref('stg_salesforce__contracts') }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

priced as (
    select distinct subscription_id
    from items
    where mrr > 0
),

billed as (
    select
        links.account_id,
        subscriptions.subscription_id,
        'recurly' as billing_source,
        subscriptions.plan_code,
        greatest(
            subscriptions.activated_at,
            coalesce(subscriptions.trial_ends_at, subscriptions.activated_at)
        ) as paid_from,
        subscriptions.expires_at as paid_until,
        case
            when subscriptions.trial_ends_at is not null
                then coalesce(subscriptions.trial_starts_at, subscriptions.activated_at)
        end as trial_starts_at,
        subscriptions.trial_ends_at,
        subscriptions.canceled_at,
        subscriptions.current_term_ends_at as term_ends_at,
        subscriptions.collection_method,
        subscriptions.currency
    from subscriptions
    inner join links
        on subscriptions.recurly_account_id = links.source_id
    inner join priced
        on subscriptions.subscription_id = priced.subscription_id
    where subscriptions.activated_at is not null
),

-- Only where billing knows no account: a contract has no price, seats or invoices.
contracted as (
    select
        aliases.account_id,
        contracts.contract_id as subscription_id,
        'salesforce_contract' as billing_source,
        cast(null as {{ dbt.type_string() }}) as plan_code,
        greatest(
            cast(contracts.start_date as timestamp),
            coalesce(contracts.activated_at, cast(contracts.start_date as timestamp))
        ) as paid_from,
        cast(coalesce(
            contracts.end_date,
            {{ dbt.dateadd(
                'month', 'contracts.contract_term_months', 'contracts.start_date'
            ) }}
        ) as timestamp) as paid_until,
        cast(null as timestamp) as trial_starts_at,
        cast(null as timestamp) as trial_ends_at,
        cast(null as timestamp) as canceled_at,
        cast(contracts.end_date as timestamp) as term_ends_at,
        cast(null as {{ dbt.type_string() }}) as collection_method,
        cast(null as {{ dbt.type_string() }}) as currency
    from contracts
    inner join aliases
        on contracts.account_id = aliases.alias_id
    left join (select distinct account_id from links) as billed_accounts
        on aliases.account_id = billed_accounts.account_id
    where
        not contracts.is_deleted
        and not aliases.is_test
        and (contracts.activated_at is not null or contracts.status_code = 'Activated')
        and billed_accounts.account_id is null
),

final as (
    select * from billed

    union all

    select * from contracted
)

select * from final
