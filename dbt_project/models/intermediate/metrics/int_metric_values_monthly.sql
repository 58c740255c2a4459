{{ config(materialized='replace_months') }}

with accounts as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

windows as (
    select * from {{ ref('int_metric_windows') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

unlinked_metrics as (
    select * from {{ ref('int_unlinked_metrics') }}
),

metric_rows as (
    {% for metric_group in var('metric_groups') %}
        select * from {{ ref('int_' ~ metric_group ~ '_metrics_monthly') }}
        where score_month between {{ batch_start() }} and {{ batch_end() }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
),

-- The first state that holds. What was sold is known whatever the other sources say;
-- that nothing was recorded is only believed of sources that are linked and complete. A
-- source that never loaded has not had the chance to be linked: it is late.
states as (
    select
        metric_rows.account_id,
        metric_rows.score_month,
        metric_rows.metric,
        metrics.metric_group,
        metric_rows.value,
        metric_rows.value_basis,
        coalesce(metric_rows.observed_at, windows.observed_at) as observed_at,
        case
            when metric_rows.not_applicable_reason = 'nothing_sold'
                then 'not_applicable'
            when
                not windows.is_configured
                or (windows.is_loaded and unlinked_metrics.account_id is not null)
                then 'unmapped'
            when windows.is_late or windows.complete_from > metric_rows.reads_from
                then 'source_late'
            when metric_rows.not_applicable_reason = 'nothing_recorded'
                then 'not_applicable'
            when accounts.days_since_first_paid < metrics.min_history_days
                then 'not_enough_history'
            when coalesce(metric_rows.denominator, 0) < metrics.min_denominator
                then 'not_enough_history'
            when
                windows.as_of >= metric_rows.stale_from
                or metric_rows.observed_at
                < {{ dbt.dateadd('day', '-metrics.valid_for_days', 'windows.as_of') }}
                then 'stale'
            else 'observed'
        end as value_state
    from metric_rows
    inner join metrics
        on metric_rows.metric = metrics.metric
    inner join windows
        on
            metric_rows.score_month = windows.score_month
            and metric_rows.metric = windows.metric
    inner join accounts
        on
            metric_rows.account_id = accounts.account_id
            and metric_rows.score_month = accounts.score_month
    left join unlinked_metrics
        on
            metric_rows.account_id = unlinked_metrics.account_id
            and metric_rows.metric = unlinked_metrics.metric
),

final as (
    select
        account_id,
        score_month,
        metric,
        metric_group,
        case when value_state in ('observed', 'stale') then value end as value,
        value_state,
        case when value_state in ('observed', 'stale') then value_basis end
            as value_basis,
        case when value_state in ('observed', 'stale') then observed_at end
            as observed_at
    from states
)

select * from final
