-- The people and value actions of a scored account are those that its metrics count.
with

product_usage as (
    select * from {{ ref('fct_product_usage_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

totals as (
    select
        account_id,
        score_month,
        count(distinct case when value_actions > 0 then person_key end) as active_users,
        sum(value_actions) as value_actions
    from product_usage
    group by account_id, score_month
),

counted as (
    select * from {{ ref('int_product_use_monthly') }}
    where
        metric = 'value_actions_per_user'
        and score_month between {{ batch_start() }} and {{ batch_end() }}
)

select
    counted.account_id,
    counted.score_month,
    counted.active_users,
    totals.active_users as people,
    counted.value_actions,
    totals.value_actions as actions
from counted
left join totals
    on
        counted.account_id = totals.account_id
        and counted.score_month = totals.score_month
where
    counted.active_users <> coalesce(totals.active_users, 0)
    or counted.value_actions <> coalesce(totals.value_actions, 0)
