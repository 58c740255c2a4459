{{ config(materialized='replace_months', batch='month') }}

with

-- Value actions are counted in the 28 days that every product metric of that length
-- reads.
windows as (
    select * from {{ ref('int_product_windows_monthly') }}
    where
        metric = 'value_actions_per_user'
        and windows_before = 0
        and score_month between {{ batch_start() }} and {{ batch_end() }}
),

person_features as (
    select * from {{ ref('int_person_feature_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

attributes as (
    select * from {{ ref('int_account_attributes_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

stages as (
    select * from {{ ref('int_lifecycle_stages_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

product_features as (
    select * from {{ ref('product_features') }}
),

-- A feature may have several ids in Pendo.
features as (
    select
        feature,
        min(area) as area,
        bool_or(is_core_area) as is_core_area,
        bool_or(is_key_feature) as is_key_feature,
        bool_or(is_value_action) as is_value_action
    from product_features
    group by feature
),

final as (
    select
        person_features.account_id,
        person_features.person_key,
        person_features.feature,
        person_features.score_month,
        features.area,
        features.is_core_area,
        features.is_key_feature,
        features.is_value_action,
        attributes.size_segment,
        attributes.is_high_growth,
        stages.lifecycle_stage,
        attributes.region,
        attributes.vertical,
        person_features.actions,
        person_features.value_actions,
        person_features.active_days,
        person_features.minutes,
        windows.window_starts_at,
        windows.window_ends_at,
        attributes.is_provisional
    from person_features
    inner join windows
        on
            person_features.score_month = windows.score_month
            and person_features.window_starts_at = windows.window_starts_at
            and person_features.window_ends_at = windows.window_ends_at
    inner join features
        on person_features.feature = features.feature
    inner join attributes
        on
            person_features.account_id = attributes.account_id
            and person_features.score_month = attributes.score_month
    inner join stages
        on
            person_features.account_id = stages.account_id
            and person_features.score_month = stages.score_month
)

select * from final
