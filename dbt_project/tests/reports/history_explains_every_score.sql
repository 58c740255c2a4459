-- Per account and month: the contributions of the history sum to the raw score, and its
-- points to the change of the score.
with

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month >= {{ batch_start() }}
),

history as (
    select
        account_id,
        score_month,
        count(case when measure_kind = 'score' then 1 end) as scores,
        sum(contribution) as contribution,
        sum(points) as points
    from {{ ref('rpt_account_history') }}
    where score_month >= {{ batch_start() }}
    group by account_id, score_month
)

select
    scores.account_id,
    scores.score_month,
    scores.raw_score,
    history.contribution,
    scores.score_change,
    history.points
from scores
left join history
    on
        scores.account_id = history.account_id
        and scores.score_month = history.score_month
where
    coalesce(history.scores, 0) <> 1
    or abs(coalesce(scores.raw_score, 0) - coalesce(history.contribution, 0)) > 1e-9
    or (scores.score_change is null) <> (history.points is null)
    or abs(scores.score_change - history.points) > 1e-9
