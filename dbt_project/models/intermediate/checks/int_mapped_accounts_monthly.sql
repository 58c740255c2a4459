{{ config(materialized='replace_months') }}

with accounts as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

-- Every account is a Salesforce record: only the other vendors need a link.
sources as (
    select distinct source
    from {{ ref('int_load_watermarks') }}
    where source <> 'salesforce' and complete_through is not null
),

-- Until the last of the account's records there is closed.
links as (
    select
        source,
        account_id,
        case when count(*) = count(deleted_at) then max(deleted_at) end as ends_at
    from {{ ref('int_account_links') }}
    group by source, account_id
),

account_sources as (
    select
        accounts.score_month,
        sources.source,
        coalesce(accounts.mrr_reporting, 0) as mrr_reporting,
        links.account_id is not null
        and (links.ends_at is null or links.ends_at > accounts.as_of) as is_mapped
    from accounts
    cross join sources
    left join links
        on
            accounts.account_id = links.account_id
            and sources.source = links.source
),

final as (
    select
        score_month,
        source,
        count(*) as accounts,
        count(case when is_mapped then 1 end) as mapped_accounts,
        {{ sum_of_money('mrr_reporting') }} as mrr_reporting,
        {{ sum_of_money('case when is_mapped then mrr_reporting else 0 end') }}
            as mapped_mrr_reporting
    from account_sources
    group by score_month, source
)

select * from final
