-- Every account and month of the spine has its score row, its inputs row, and, unless
-- no scorecard matches, a row per metric of the catalogue under its version.
with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

inputs as (
    select * from {{ ref('fct_health_inputs_monthly') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

metric_rows as (
    select
        account_id,
        score_month,
        scorecard,
        scorecard_version,
        count(*) as metrics
    from {{ ref('fct_health_metrics_monthly') }}
    where is_official and score_month >= {{ batch_start() }}
    group by account_id, score_month, scorecard, scorecard_version
),

catalogue as (
    select count(*) as metrics from {{ ref('dim_metrics') }}
)

select
    account_months.account_id,
    account_months.score_month,
    scores.scorecard,
    metric_rows.metrics
from account_months
cross join catalogue
left join scores
    on
        account_months.account_id = scores.account_id
        and account_months.score_month = scores.score_month
left join inputs
    on
        account_months.account_id = inputs.account_id
        and account_months.score_month = inputs.score_month
left join metric_rows
    on
        scores.account_id = metric_rows.account_id
        and scores.score_month = metric_rows.score_month
        and scores.scorecard = metric_rows.scorecard
        and scores.scorecard_version = metric_rows.scorecard_version
where
    scores.account_id is null
    or inputs.account_id is null
    or (
        scores.scorecard is not null
        and coalesce(metric_rows.metrics, 0) <> catalogue.metrics
    )
