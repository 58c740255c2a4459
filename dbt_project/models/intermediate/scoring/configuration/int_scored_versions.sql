{{ config(materialized='replace_months', through='newest', full_refresh=false) }}

-- Months whose tests failed are not history: nobody has been shown them, and the files
-- may still be mended. So the marts come first, although nothing of them is read, and
-- the build skips this table where a test of theirs fails.
-- depends_on: {{ ref('fct_health_scores_monthly') }}
-- depends_on: {{ ref('fct_scorecard_results_monthly') }}
-- depends_on: {{ ref('fct_health_metrics_monthly') }}
-- depends_on: {{ ref('fct_health_inputs_monthly') }}
-- depends_on: {{ ref('fct_health_drivers_monthly') }}
-- depends_on: {{ ref('fct_band_changes') }}
-- What the hashes stand for: depends_on: {{ ref('int_known_scorecard_cells') }}

with

account_months as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

version_hashes as (
    select * from {{ ref('int_scorecard_hashes') }}
),

months as (
    select distinct
        score_month,
        is_provisional
    from account_months
),

-- A month without any version has its row too: no version may reach into it later.
final as (
    select
        months.score_month,
        months.is_provisional,
        versions.scorecard,
        versions.scorecard_version,
        version_hashes.version_hash
    from months
    left join versions
        on
            months.score_month >= versions.effective_from
            and months.score_month
            < coalesce(versions.effective_to, cast('9999-12-01' as date))
    left join version_hashes
        on
            versions.scorecard = version_hashes.scorecard
            and versions.scorecard_version = version_hashes.scorecard_version
)

select * from final
