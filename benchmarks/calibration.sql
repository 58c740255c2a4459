-- Accounts at risk at the end of each month, from a warehouse after a run: the score then, and
-- whether the account left within 90 days.
with

instants as (
    select distinct
        score_month,
        as_of
    from marts.fct_health_scores_monthly
    where not is_provisional
),

-- A successor within 30 days continues a subscription: the stretches that paying customers stay.
marked as (
    select
        *,
        paid_from > max(coalesce(paid_until, '9999-12-01')) over (
            partition by account_id
            order by paid_from
            rows between unbounded preceding and 1 preceding
        ) + interval 30 days as is_new_stay
    from intermediate.int_subscriptions
),

numbered as (
    select
        *,
        count(*) filter (is_new_stay) over (partition by account_id order by paid_from) as stay
    from marked
),

stays as (
    select
        account_id,
        min(paid_from) as paid_from,
        max(coalesce(paid_until, '9999-12-01')) as left_at
    from numbered
    group by account_id, stay
),

notices as (
    select
        subscriptions.account_id,
        instants.score_month,
        bool_and(coalesce(subscriptions.canceled_at <= instants.as_of, false)) as has_given_notice
    from intermediate.int_subscriptions as subscriptions
    inner join instants
        on
            subscriptions.paid_from < instants.as_of
            and coalesce(subscriptions.paid_until, '9999-12-01') >= instants.as_of
    group by subscriptions.account_id, instants.score_month
),

final as (
    select
        scores.account_id,
        scores.score_month,
        scores.health_score,
        scores.health_band,
        inputs.minutes_per_user,
        inputs.tenure_months,
        stays.left_at < scores.as_of + interval 90 days as has_left
    from marts.fct_health_scores_monthly as scores
    inner join marts.fct_health_inputs_monthly as inputs using (account_id, score_month)
    inner join notices using (account_id, score_month)
    inner join stays
        on
            scores.account_id = stays.account_id
            and stays.paid_from < scores.as_of
            and stays.left_at >= scores.as_of
    where
        not scores.is_provisional
        and not notices.has_given_notice
        and scores.as_of + interval 120 days <= (select max(as_of) from marts.fct_health_scores_monthly)
)

select * from final
order by account_id, score_month
