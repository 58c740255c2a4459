{{ config(materialized='replace_months') }}

with accounts as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

aliases as (
    select * from {{ ref('int_account_aliases') }}
),

judgements as (
    select
        aliases.account_id,
        sentiments.csm_sentiment_id,
        sentiments.outlook,
        sentiments.created_by_id,
        sentiments.created_at,
        sentiments.updated_at
    from {{ ref('stg_salesforce__csm_sentiments') }} as sentiments
    inner join aliases
        on sentiments.account_id = aliases.alias_id
    where
        not sentiments.is_deleted
        and sentiments.outlook between 1 and 5
),

-- Every hand-over that a version of the account tells of, with the manager it went to.
hand_overs as (
    select distinct
        aliases.account_id,
        coalesce(versions.csm_id, versions.owner_id) as csm_id,
        versions.csm_since
    from {{ ref('snp_salesforce__accounts') }} as versions
    inner join aliases
        on versions.account_id = aliases.alias_id
    where versions.csm_since is not null
),

-- A predecessor's judgement holds for 14 more days.
judgements_with_end as (
    select
        judgements.account_id,
        judgements.csm_sentiment_id,
        judgements.outlook,
        judgements.created_at,
        judgements.updated_at,
        min({{ dbt.dateadd('day', 14, 'cast(hand_overs.csm_since as timestamp)') }})
            as stale_from
    from judgements
    left join hand_overs
        on
            judgements.account_id = hand_overs.account_id
            and judgements.created_by_id <> hand_overs.csm_id
            and judgements.created_at < hand_overs.csm_since
    group by
        judgements.account_id,
        judgements.csm_sentiment_id,
        judgements.outlook,
        judgements.created_at,
        judgements.updated_at
),

ranked as (
    select
        accounts.score_month,
        accounts.as_of,
        judgements_with_end.*,
        row_number() over (
            partition by accounts.account_id, accounts.score_month
            order by
                judgements_with_end.created_at desc nulls last,
                judgements_with_end.csm_sentiment_id desc nulls last
        ) as recency
    from accounts
    inner join judgements_with_end
        on
            accounts.account_id = judgements_with_end.account_id
            and judgements_with_end.created_at < accounts.as_of
),

-- A judgement that was edited after the instant is only known as it is now.
final as (
    select
        account_id,
        score_month,
        outlook,
        created_at as judged_at,
        stale_from,
        case when updated_at < as_of then 'recorded' else 'current' end as value_basis
    from ranked
    where recency = 1
)

select * from final
