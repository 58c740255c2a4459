{{ config(materialized='replace_months', through='newest', batch='bounded') }}

-- For the newest month: depends_on: {{ ref('int_account_months') }}

with

totals as (
    select * from {{ ref('int_group_totals') }}
),

available as (
    select
        *,
        applicable_weight > 0
        and {{ as_compared('100 * observed_weight') }}
        >= {{ as_compared('40 * applicable_weight') }} as is_available
    from totals
),

weights as (
    select
        account_id,
        score_month,
        scorecard,
        scorecard_version,
        {{ exact_sum('case when applicable_weight > 0 then group_weight end') }}
            as applicable_group_weight,
        {{ exact_sum('case when is_available then group_weight end') }}
            as available_group_weight
    from available
    group by account_id, score_month, scorecard, scorecard_version
),

final as (
    select
        available.account_id,
        available.score_month,
        available.scorecard,
        available.scorecard_version,
        available.metric_group,
        available.group_weight,
        available.applicable_weight,
        available.observed_weight,
        available.is_available,
        case
            when available.is_available
                then {{ as_written(
                    'available.weighted_scores / available.observed_weight'
                ) }}
        end as group_score,
        case
            when available.applicable_weight > 0 and available.group_weight > 0
                then available.group_weight / weights.applicable_group_weight
            else 0
        end as nominal_weight,
        case
            when available.is_available and available.group_weight > 0
                then available.group_weight / weights.available_group_weight
            else 0
        end as effective_weight
    from available
    inner join weights
        on
            available.account_id = weights.account_id
            and available.score_month = weights.score_month
            and available.scorecard = weights.scorecard
            and available.scorecard_version = weights.scorecard_version
)

select * from final
