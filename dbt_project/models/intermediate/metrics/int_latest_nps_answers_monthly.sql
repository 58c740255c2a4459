{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('sentiment') }}
),

polls as (
    select distinct
        guide_id,
        poll_id
    from {{ ref('stg_pendo__guide_polls') }}
    where poll_type = 'NPSRating'
),

visitors as (
    select * from {{ ref('stg_pendo__visitors') }}
    where not is_excluded
),

links as (
    select * from {{ ref('int_account_links') }}
    where source = 'pendo'
),

-- Answers come as numbers and as texts; what is no whole number from 0 to 10 is no
-- answer.
answers as (
    select
        links.account_id,
        visitors.person_key,
        poll_events.answered_at,
        poll_events.poll_id,
        try_cast(trim(poll_events.response) as double) as score
    from {{ ref('stg_pendo__poll_events') }} as poll_events
    inner join polls
        on
            poll_events.guide_id = polls.guide_id
            and poll_events.poll_id = polls.poll_id
    inner join visitors
        on poll_events.visitor_id = visitors.visitor_id
    inner join links
        on poll_events.pendo_account_id = links.source_id
),

ranked as (
    select
        account_windows.account_id,
        account_windows.score_month,
        answers.person_key,
        answers.answered_at,
        answers.score,
        row_number() over (
            partition by
                account_windows.account_id,
                account_windows.score_month,
                answers.person_key
            order by
                answers.answered_at desc nulls last,
                answers.poll_id nulls last,
                answers.score nulls last
        ) as recency
    from account_windows
    inner join answers
        on
            account_windows.account_id = answers.account_id
            and answers.answered_at >= account_windows.window_starts_at
            and answers.answered_at < account_windows.window_ends_at
    where
        account_windows.metric = 'nps_score'
        and answers.score between 0 and 10
        and answers.score = floor(answers.score)
),

final as (
    select
        account_id,
        score_month,
        person_key,
        answered_at,
        score
    from ranked
    where recency = 1
)

select * from final
