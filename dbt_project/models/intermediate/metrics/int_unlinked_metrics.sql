with accounts as (
    select * from {{ ref('int_accounts') }}
),

links as (
    select distinct
        source,
        account_id
    from {{ ref('int_account_links') }}
),

-- Every account is a Salesforce record: only the other vendors need a link.
linked_sources as (
    select distinct
        metric,
        source
    from {{ ref('int_metric_sources') }}
    where source <> 'salesforce'
),

final as (
    select distinct
        accounts.account_id,
        linked_sources.metric
    from accounts
    cross join linked_sources
    left join links
        on
            accounts.account_id = links.account_id
            and linked_sources.source = links.source
    where links.account_id is null
)

select * from final
