{{ config(materialized='view') }}

{%- set checks = var('checks') %}

with

months as (
    select * from {{ ref('int_checked_months') }}
),

accounts as (
    select * from {{ ref('int_account_months') }}
),

scores as (
    select * from {{ ref('int_score_comparisons') }}
    where score_series = {{ quoted(var('primary_use_case')) }}
),

totals as (
    select
        accounts.score_month,
        count(*) as accounts,
        count(scores.account_id) as accounts_with_scorecard,
        count(case when scores.health_band <> 'unknown' then 1 end) as known_accounts
    from accounts
    left join scores
        on
            accounts.account_id = scores.account_id
            and accounts.score_month = scores.score_month
    group by accounts.score_month
),

late as (
    select count(*) as sources from {{ ref('int_freshness_findings') }}
),

compared as (
    select
        months.score_month,
        months.compared_month,
        coalesce(current_month.accounts, 0) as accounts,
        coalesce(current_month.known_accounts, 0) as known_accounts,
        coalesce(current_month.accounts_with_scorecard, 0) as accounts_with_scorecard,
        1 - cast(current_month.known_accounts as double) / current_month.accounts
            as unknown_share,
        before.known_accounts as known_before,
        1 - cast(before.known_accounts as double) / before.accounts as unknown_before
    from months
    left join totals as current_month
        on months.score_month = current_month.score_month
    left join totals as before
        on months.compared_month = before.score_month
),

unknown as (
    select
        'scores_known' as check_name,
        'warn' as severity,
        score_month,
        {{ percent_as_text('unknown_share') }} || ' of ' || accounts
        || ' accounts have no health band.' as found,
        'Less than ' || {{ percent_as_text(checks.unknown_share_from) }}
        || coalesce(
            ', and in ' || {{ month_as_text('compared_month') }} || ' '
            || {{ percent_as_text('unknown_before') }},
            ''
        ) || '.' as usual,
        'Count unknown_reason in marts.fct_health_scores_monthly; low_coverage and '
        || 'too_few_groups: see which value_state grew in fct_health_metrics_monthly; '
        || 'no_scorecard: seeds/scorecards.csv.' as what_to_do
    from compared
    where
        accounts >= {{ checks.min_accounts }}
        and (
            {{ as_compared('unknown_share') }} >= {{ checks.unknown_share_from }}
            or {{ as_compared('unknown_share - unknown_before') }}
            > {{ checks.unknown_rise }}
        )
),

-- Counted, not as a share: scores are lost as well where the accounts themselves are.
-- While a source is late they may be unknown, which it says itself; the others' go on.
lost as (
    select
        'scores_not_lost' as check_name,
        'error' as severity,
        score_month,
        known_accounts || ' accounts have a health band.' as found,
        'At least ' || {{ percent_as_text(checks.known_kept_from) }} || ' of the '
        || known_before || ' in ' || {{ month_as_text('compared_month') }}
        || ', the newest month that this run did not compute.' as usual,
        'Look for a source that was taken away, or an edit of '
        || 'seeds/scorecards.csv. If it is meant to be so, set '
        || 'checks.known_kept_from to 0 in dbt_project.yml for one run.' as what_to_do
    from compared
    cross join late
    where
        known_before >= {{ checks.known_accounts_from }}
        and case
            when late.sources > 0 then accounts_with_scorecard
            else known_accounts
        end < known_before * {{ checks.known_kept_from }}
),

findings as (
    select * from unknown
    union all
    select * from lost
),

final as (
    select
        check_name,
        severity,
        score_month,
        {{ month_as_text('score_month') }} as subject,
        found,
        usual,
        what_to_do
    from findings
)

select * from final
