{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('adoption') }}
),

entitled_features as (
    select * from {{ ref('int_entitled_features_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

person_features as (
    select * from {{ ref('int_person_feature_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

used_features as (
    select
        account_id,
        score_month,
        window_starts_at,
        window_ends_at,
        feature,
        sum(value_actions) as value_actions
    from person_features
    group by account_id, score_month, window_starts_at, window_ends_at, feature
),

-- One row per entitled feature; where no entitlement is known, one row without a
-- feature.
entitled_use as (
    select
        account_windows.account_id,
        account_windows.score_month,
        account_windows.metric,
        entitled_features.feature,
        entitled_features.is_established,
        case when entitled_features.is_core_area then entitled_features.area end
            as core_area,
        entitled_features.value_basis,
        used_features.feature is not null as is_used,
        coalesce(used_features.value_actions > 0, false) as has_value_action
    from account_windows
    left join entitled_features
        on
            account_windows.account_id = entitled_features.account_id
            and account_windows.score_month = entitled_features.score_month
    left join used_features
        on
            entitled_features.account_id = used_features.account_id
            and entitled_features.score_month = used_features.score_month
            and entitled_features.feature = used_features.feature
            and account_windows.window_starts_at = used_features.window_starts_at
            and account_windows.window_ends_at = used_features.window_ends_at
    where
        account_windows.metric in ('core_area_adoption_rate', 'feature_adoption_rate')
),

final as (
    select
        account_id,
        score_month,
        metric,
        min(value_basis) as value_basis,
        count(feature) as features,
        count(case when is_established then feature end) as established,
        cast(count(case when is_established and is_used then feature end) as double)
            as established_used,
        count(distinct core_area) as core_areas,
        cast(count(distinct case when has_value_action then core_area end) as double)
            as core_areas_used
    from entitled_use
    group by account_id, score_month, metric
)

select * from final
