-- Why the score changed: one row per account, month, use case and metric that counted on any side.
-- Three states: last month (0), this month under last month's version (between), this month (1).

create temp table moved as
with sides as (
    select
        account_id,
        score_month,
        use_case,
        version_id,
        previous_version_id,
        version_id <> previous_version_id as has_version_changed,
        has_version_changed and between_raw_score is null as is_between_empty,
        previous_effective as effective_0,
        previous_available_total as total_0,
        previous_raw_score as raw_0,
        -- Where nothing counts under last month's version, the first bracket is empty.
        case
            when is_between_empty then previous_effective
            when has_version_changed then between_effective
            else effective
        end as effective_between,
        case
            when is_between_empty then previous_available_total
            when has_version_changed then between_available_total
            else available_total
        end as total_between,
        case
            when is_between_empty then previous_raw_score
            when has_version_changed then between_raw_score
            else raw_score
        end as raw_between,
        effective as effective_1,
        available_total as total_1,
        raw_score as raw_1
    from pairs
    where health_score is not null and last_score is not null
),

weighed as (
    select
        sides.account_id,
        sides.score_month,
        sides.use_case,
        sides.has_version_changed,
        observations.metric,
        observations.value,
        observations.previous_value,
        raw_0,
        raw_between,
        raw_1,
        if(
            was_observed,
            coalesce(before.metric_weight * effective_0[before.group_number] / total_0, 0), 0
        ) as w_0,
        if(
            if(is_between_empty, was_observed, value_state = 'observed'),
            coalesce(before.metric_weight * effective_between[before.group_number] / total_between, 0),
            0
        ) as w_between,
        if(
            value_state = 'observed',
            coalesce(after.metric_weight * effective_1[after.group_number] / total_1, 0), 0
        ) as w_1,
        if(w_0 > 0, metric_score(previous_value, before.worst_value, before.best_value), null) as x_0,
        if(
            w_between > 0,
            metric_score(
                if(is_between_empty, previous_value, value), before.worst_value, before.best_value
            ),
            null
        ) as x_between,
        if(w_1 > 0, metric_score(value, after.worst_value, after.best_value), null) as x_1
    from observations
    inner join sides
        on observations.account_id = sides.account_id
        and observations.score_month = sides.score_month
    inner join rules as before
        on sides.previous_version_id = before.version_id and observations.metric = before.metric
    inner join rules as after
        on sides.version_id = after.version_id and observations.metric = after.metric
    where
        (before.metric_weight > 0 and before.group_weight > 0)
        or (after.metric_weight > 0 and after.group_weight > 0)
)

select
    account_id,
    score_month,
    use_case,
    metric,
    (w_0 > 0 or w_between > 0) as is_behaviour,
    has_version_changed and (w_between > 0 or w_1 > 0) as is_configuration,
    if(w_0 > 0, previous_value, null) as value_before,
    if(w_1 > 0, value, null) as value_after,
    written(coalesce((w_0 + w_between) / 2 * (x_between - x_0), 0)) as value_effect,
    written(
        (coalesce((x_0 + x_between) / 2, x_0, x_between, 0) - (raw_0 + raw_between) / 2)
        * (w_between - w_0)
    ) as weight_effect,
    if(
        has_version_changed, written(coalesce((w_between + w_1) / 2 * (x_1 - x_between), 0)), 0
    ) as configuration_value,
    if(
        has_version_changed,
        written(
            (coalesce((x_between + x_1) / 2, x_between, x_1, 0) - (raw_between + raw_1) / 2)
            * (w_1 - w_between)
        ),
        0
    ) as configuration_weight,
    value_effect + weight_effect + configuration_value + configuration_weight as points
from weighed
where w_0 > 0 or w_between > 0 or w_1 > 0;

create temp table changes as
with totals as (
    select
        account_id,
        score_month,
        use_case,
        sum(value_effect) as change_behaviour,
        sum(weight_effect) as change_coverage,
        sum(configuration_value + configuration_weight) as change_configuration,
        min_by({'metric': metric, 'points': points}, (-compared(points), metric)) as best,
        min_by({'metric': metric, 'points': points}, (compared(points), metric)) as worst
    from moved
    group by all
)

select
    pairs.account_id,
    pairs.score_month,
    pairs.use_case,
    written(coalesce(change_behaviour, 0)) as change_behaviour,
    written(coalesce(change_coverage, 0)) as change_coverage,
    written(coalesce(change_configuration, 0)) as change_configuration,
    written(pairs.cap_adjustment - pairs.previous_cap_adjustment) as change_caps,
    if(compared(best.points) > 0, best.metric, null) as top_positive_driver,
    if(compared(best.points) > 0, written(best.points), null) as top_positive_points,
    if(compared(worst.points) < 0, worst.metric, null) as top_negative_driver,
    if(compared(worst.points) < 0, written(worst.points), null) as top_negative_points
from pairs
left join totals using (account_id, score_month, use_case)
where pairs.health_score is not null and pairs.last_score is not null;

create table marts.fct_health_drivers_monthly as
select account_id, score_month, 'behaviour' as bracket, metric, value_effect, weight_effect,
    written(value_effect + weight_effect) as points
from moved
where use_case = 'retention' and is_behaviour
union all
select account_id, score_month, 'configuration', metric, configuration_value, configuration_weight,
    written(configuration_value + configuration_weight)
from moved
where use_case = 'retention' and is_configuration
union all
select account_id, score_month, 'caps', cap.metric, null, null, written(sum(points))
from (
    select account_id, score_month, cap, cap_adjustment as points
    from pairs
    where cap_adjustment < 0 and use_case = 'retention' and last_score is not null
    union all
    select account_id, score_month, previous_cap, -previous_cap_adjustment
    from pairs
    where previous_cap_adjustment < 0 and use_case = 'retention' and health_score is not null
)
group by all;
