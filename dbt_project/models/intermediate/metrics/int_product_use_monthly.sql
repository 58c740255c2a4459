{{ config(materialized='replace_months', batch='month') }}

{%- set totals = [
    'active_users', 'value_actions', 'capped_value_actions',
    'key_feature_users', 'active_key_feature_users'
] %}

with accounts as (
    select * from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

product_windows as (
    select * from {{ ref('int_product_windows_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

person_features as (
    select * from {{ ref('int_person_feature_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

key_features as (
    select distinct feature as key_feature from {{ ref('product_features') }}
    where is_key_feature
),

people as (
    select
        account_id,
        score_month,
        window_starts_at,
        window_ends_at,
        person_key,
        sum(value_actions) as value_actions,
        count(key_feature) > 0 as uses_key_features
    from person_features
    left join key_features
        on person_features.feature = key_features.key_feature
    group by account_id, score_month, window_starts_at, window_ends_at, person_key
),

-- Of one person at most 200 value actions say something about the account.
totals as (
    select
        account_id,
        score_month,
        window_starts_at,
        window_ends_at,
        count(case when value_actions > 0 then person_key end) as active_users,
        sum(value_actions) as value_actions,
        sum(least(value_actions, 200)) as capped_value_actions,
        count(case when uses_key_features then person_key end) as key_feature_users,
        count(case when uses_key_features and value_actions > 0 then person_key end)
            as active_key_feature_users
    from people
    group by account_id, score_month, window_starts_at, window_ends_at
),

uses as (
    select
        accounts.account_id,
        accounts.score_month,
        product_windows.metric,
        {%- for total in totals %}
            coalesce(cast(totals.{{ total }} as double), 0) as {{ total }},
        {%- endfor %}
        product_windows.windows_before
    from accounts
    inner join product_windows
        on accounts.score_month = product_windows.score_month
    left join totals
        on
            accounts.account_id = totals.account_id
            and accounts.score_month = totals.score_month
            and product_windows.window_starts_at = totals.window_starts_at
            and product_windows.window_ends_at = totals.window_ends_at
),

-- The metric's own window beside the mean of the earlier ones that it compares with.
final as (
    select
        account_id,
        score_month,
        {%- for total in totals %}
            sum(case when windows_before = 0 then {{ total }} end) as {{ total }},
            avg(case when windows_before > 0 then {{ total }} end) as base_{{ total }},
        {%- endfor %}
        metric
    from uses
    group by account_id, score_month, metric
)

select * from final
