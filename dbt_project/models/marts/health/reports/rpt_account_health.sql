{%- set aspects = {
    'costs': 'costs_most', 'carries': 'carries_most', 'fell': 'fell_by', 'rose': 'rose_by'
} %}
{%- set why -%}
    case
        when value_state = 'observed' then 'too little of the group'
        else replace(value_state, '_', ' ')
    end
{%- endset %}

with

scores as (
    select * from {{ ref('fct_health_scores_monthly') }}
    where score_month = {{ newest_month() }}
),

reasons as (
    select * from {{ ref('rpt_account_reasons') }}
),

history as (
    select * from {{ ref('rpt_account_history') }}
    where
        nominal_weight > 0
        and effective_weight = 0
        and score_month = {{ newest_month() }}
),

band_changes as (
    select * from {{ ref('fct_band_changes') }}
),

current_scores as (
    select
        *,
        cast({{ dbt.dateadd('month', '-(months_in_band - 1)', 'score_month') }} as date)
            as band_since
    from scores
),

reason_lists as (
    select
        account_id,
        {%- for aspect, column in aspects.items() %}
            {{ joined_in_order(
                "case when aspect = '" ~ aspect ~ "' then reason end", order_by='place'
            ) }} as {{ column }},
        {%- endfor %}
        max(score_month) as score_month
    from reasons
    where place <= 3
    group by account_id
),

-- An observed metric without weight belongs to a group of which too little is observed.
missing_metrics as (
    select
        account_id,
        {{ why }} as why,
        {{ joined_in_order('label', ', ') }} as labels
    from history
    group by account_id, {{ why }}
),

missing_lists as (
    select
        account_id,
        {{ joined_in_order("why || ': ' || labels") }} as not_known
    from missing_metrics
    group by account_id
),

final as (
    select
        {%- for column in [
            'account_id', 'score_month', 'account_name', 'csm_name', 'size_segment',
            'is_high_growth', 'lifecycle_stage', 'region', 'vertical', 'mrr', 'currency',
            'mrr_reporting', 'renewal_date', 'tenure_months', 'scorecard',
            'scorecard_version', 'health_score', 'health_band', 'health_grade',
            'is_tentative', 'score_low', 'score_high', 'coverage', 'unknown_reason',
            'calculated_band', 'override_reason', 'override_expires_on'
        ] %}
            current_scores.{{ column }},
        {%- endfor %}
        {%- for group in var('metric_groups') %}
            current_scores.{{ group }}_score,
        {%- endfor %}
        {%- for column in [
            'previous_month_score', 'score_change', 'previous_month_band',
            'has_band_changed', 'previous_quarter_score', 'quarter_change',
            'months_in_band', 'months_declining'
        ] %}
            current_scores.{{ column }},
        {%- endfor %}
        current_scores.band_since,
        band_changes.sentence as band_since_sentence,
        {%- for column in aspects.values() %}
            reason_lists.{{ column }},
        {%- endfor %}
        missing_lists.not_known,
        current_scores.is_watermelon,
        current_scores.watermelon_reasons,
        current_scores.is_provisional,
        current_scores.as_of,
        current_scores.calculated_at
    from current_scores
    left join band_changes
        on
            current_scores.account_id = band_changes.account_id
            and current_scores.band_since = band_changes.score_month
    left join reason_lists on current_scores.account_id = reason_lists.account_id
    left join missing_lists on current_scores.account_id = missing_lists.account_id
)

select * from final
