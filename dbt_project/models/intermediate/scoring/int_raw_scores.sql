{{ config(materialized='ephemeral') }}

with

scorings as (
    select * from {{ ref('int_scorings') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

group_scores as (
    select * from {{ ref('int_group_scores') }}
    where score_month between {{ batch_start() }} and {{ newest_month() }}
),

-- Only groups that count have an effective weight; their share of the nominal weight is
-- what was observed of them.
shares as (
    select
        *,
        case
            when effective_weight > 0
                then nominal_weight * observed_weight / applicable_weight
            else 0
        end as covered_weight
    from group_scores
),

sums as (
    select
        account_id,
        score_month,
        scorecard,
        scorecard_version,
        {%- for group in var('metric_groups') %}
            max(case when metric_group = '{{ group }}' then group_score end)
                as {{ group }}_score,
        {%- endfor %}
        {{ exact_sum('observed_weight') }} as observed_weight,
        count(case when effective_weight > 0 then 1 end) as available_groups,
        {{ exact_sum('covered_weight') }} as coverage,
        {{ exact_sum('effective_weight * group_score') }} as raw_score,
        coalesce({{ exact_sum('covered_weight * group_score') }}, 0) as score_low
    from shares
    group by account_id, score_month, scorecard, scorecard_version
),

final as (
    select
        scorings.account_id,
        scorings.score_month,
        scorings.score_series,
        scorings.scorecard,
        scorings.scorecard_version,
        scorings.use_case,
        scorings.is_official,
        scorings.is_in_series,
        scorings.is_shown,
        {%- for group in var('metric_groups') %}
            sums.{{ group }}_score,
        {%- endfor %}
        sums.observed_weight,
        sums.available_groups,
        {{ as_written('sums.coverage') }} as coverage,
        case when sums.available_groups > 0 then {{ as_written('sums.raw_score') }} end
            as raw_score,
        {{ as_written('sums.score_low') }} as score_low,
        {{ as_written('sums.score_low + 100 * (1 - sums.coverage)') }} as score_high
    from scorings
    left join sums
        on
            scorings.account_id = sums.account_id
            and scorings.score_month = sums.score_month
            and scorings.scorecard = sums.scorecard
            and scorings.scorecard_version = sums.scorecard_version
)

select * from final
