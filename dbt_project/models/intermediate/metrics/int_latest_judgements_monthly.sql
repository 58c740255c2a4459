{{ config(materialized='replace_months') }}

with accounts as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

judgements as (
    select * from {{ ref('int_judgements') }}
),

ranked as (
    select
        accounts.score_month,
        accounts.as_of,
        judgements.*,
        row_number() over (
            partition by
                accounts.account_id, accounts.score_month, judgements.judgement
            order by
                judgements.created_at desc nulls last,
                judgements.csm_sentiment_id desc nulls last
        ) as recency
    from accounts
    inner join judgements
        on
            accounts.account_id = judgements.account_id
            and judgements.created_at < accounts.as_of
),

-- A judgement that was edited after the instant is only known as it is now.
final as (
    select
        account_id,
        score_month,
        judgement,
        rating,
        created_at as judged_at,
        stale_from,
        case when updated_at < as_of then 'recorded' else 'current' end as value_basis
    from ranked
    where recency = 1
)

select * from final
