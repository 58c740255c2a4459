{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('adoption') }}
),

entitled_use as (
    select * from {{ ref('int_entitled_use_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

product_use as (
    select * from {{ ref('int_product_use_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

stated as (
    select * from {{ ref('int_stated_facts_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_rows as (
    select
        {{ metric_columns(
            value="core_areas_used / nullif(core_areas, 0)",
            value_basis="value_basis",
            not_applicable_reason="case
                when features = 0 then 'nothing_recorded'
                when core_areas = 0 then 'nothing_sold'
            end"
        ) }}
    from entitled_use
    where metric = 'core_area_adoption_rate'

    union all

    select
        {{ metric_columns(
            value="established_used / nullif(established, 0)",
            denominator="established",
            value_basis="value_basis",
            not_applicable_reason="case when features = 0 then 'nothing_recorded' end"
        ) }}
    from entitled_use
    where metric = 'feature_adoption_rate'

    union all

    select
        {{ metric_columns(
            value="coalesce(active_key_feature_users / nullif(active_users, 0), 0)",
            denominator="seats",
            value_basis="seats_basis",
            not_applicable_reason=no_seats_reason()
        ) }}
    from account_windows
    inner join product_use using (account_id, score_month, metric)
    where metric = 'key_feature_user_rate'

    union all

    {% for metric, value in {
        'key_feature_users_change': 'key_feature_users - base_key_feature_users',
        'value_actions_per_user':
            'coalesce(capped_value_actions / nullif(active_users, 0), 0)'
    }.items() %}
        select
            {{ metric_columns(value=value) }}
        from account_windows
        inner join product_use using (account_id, score_month, metric)
        where metric = '{{ metric }}'

        union all
    {% endfor %}

    select
        {{ metric_columns(
            value=relative_change("value_actions", "base_value_actions"),
            denominator=change_denominator("value_actions", "base_value_actions")
        ) }}
    from account_windows
    inner join product_use using (account_id, score_month, metric)
    where metric = 'value_actions_change'

    union all

    select
        {{ metric_columns(
            value="realised_value / nullif(12 * mrr, 0)",
            denominator="case when realised_value is not null then 1 end",
            observed_at="value_stated_at",
            value_basis="value_basis",
            not_applicable_reason="case when coalesce(mrr, 0) = 0 then 'nothing_recorded' end"
        ) }}
    from account_windows
    left join stated using (account_id, score_month)
    where metric = 'realised_roi_ratio'
)

select * from metric_rows
