-- The reports of the portfolio hold every account of the fact once: in the month, in
-- the month before, in money, and per band.
with

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month >= cast({{ dbt.dateadd('month', -1, batch_start()) }} as date)
),

calendar as (
    select * from {{ ref('int_months') }}
),

facts as (
    select
        score_month,
        count(*) as accounts,
        count(health_score) as scored_accounts,
        sum(health_score) as score_sum,
        coalesce(sum(mrr_reporting), 0) as mrr_reporting,
        count(case when health_band = 'red' then 1 end) as red_accounts
    from scores
    group by score_month
),

portfolio as (
    select
        score_month,
        sum(accounts) as accounts,
        sum(scored_accounts) as scored_accounts,
        sum(score_sum) as score_sum,
        sum(mrr_reporting) as mrr_reporting,
        sum(case when health_band = 'red' then accounts else 0 end) as red_accounts,
        sum(previous_month_accounts) as previous_month_accounts,
        sum(accounts_change) as accounts_change
    from {{ ref('rpt_portfolio_monthly') }}
    where score_month >= {{ batch_start() }}
    group by score_month
),

over_time as (
    select * from {{ ref('rpt_score_over_time') }}
)

select
    facts.*,
    previous_facts.accounts as accounts_before,
    portfolio.accounts as portfolio_accounts,
    portfolio.previous_month_accounts as portfolio_accounts_before,
    over_time.accounts as over_time_accounts
from facts
inner join calendar on facts.score_month = calendar.score_month
left join facts as previous_facts
    on calendar.previous_month = previous_facts.score_month
left join portfolio on facts.score_month = portfolio.score_month
left join over_time on facts.score_month = over_time.score_month
where
    facts.score_month >= {{ batch_start() }}
    and (
        facts.accounts is distinct from portfolio.accounts
        or facts.scored_accounts is distinct from portfolio.scored_accounts
        or facts.red_accounts is distinct from portfolio.red_accounts
        or previous_facts.accounts is distinct from portfolio.previous_month_accounts
        or facts.accounts - previous_facts.accounts
        is distinct from portfolio.accounts_change
        or coalesce(abs(facts.score_sum - portfolio.score_sum), 0) > 1e-6
        or abs(facts.mrr_reporting - portfolio.mrr_reporting) > 1e-3
        or facts.accounts is distinct from over_time.accounts
        or facts.red_accounts is distinct from over_time.red_accounts
        or abs(facts.mrr_reporting - over_time.mrr_reporting) > 1e-3
    )
