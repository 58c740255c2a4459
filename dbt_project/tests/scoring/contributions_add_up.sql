-- Per scoring with a metric that counts: effective weights sum to 1, contributions to
-- the raw score, nominal weights to 1 and over the counting metrics to the coverage.
-- Where none counts, no weight is effective.
with

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month >= {{ batch_start() }}
),

sums as (
    select
        account_id,
        score_month,
        scorecard,
        scorecard_version,
        sum(nominal_weight) as nominal_weight,
        sum(effective_weight) as effective_weight,
        sum(contribution) as contribution,
        sum(contribution + lost_points) as possible_points,
        sum(case when effective_weight > 0 then nominal_weight else 0 end) as coverage
    from {{ ref('fct_health_metrics_monthly') }}
    where score_month >= {{ batch_start() }}
    group by account_id, score_month, scorecard, scorecard_version
)

select
    scores.account_id,
    scores.score_month,
    scores.raw_score,
    scores.coverage,
    sums.nominal_weight,
    sums.effective_weight,
    sums.contribution,
    sums.possible_points
from scores
inner join sums
    on
        scores.account_id = sums.account_id
        and scores.score_month = sums.score_month
        and scores.scorecard = sums.scorecard
        and scores.scorecard_version = sums.scorecard_version
where
    abs(
        sums.effective_weight - case when scores.raw_score is null then 0 else 1 end
    ) > 1e-9
    or abs(sums.contribution - coalesce(scores.raw_score, 0)) > 1e-9
    or abs(
        sums.possible_points - case when scores.raw_score is null then 0 else 100 end
    ) > 1e-9
    or abs(sums.coverage - scores.coverage) > 1e-9
    or (scores.coverage > 0 and abs(sums.nominal_weight - 1) > 1e-9)
