-- The long table, written once, with the month before taken from the values rather than from itself.

create temp table observations as
select
    current_month.*,
    previous.value as previous_value,
    previous.value_state = 'observed' as was_observed
from warehouse.intermediate.int_metric_values_monthly as current_month
left join warehouse.intermediate.int_metric_values_monthly as previous
    on current_month.account_id = previous.account_id
    and current_month.metric = previous.metric
    and previous.score_month = current_month.score_month - interval 1 month;

create temp table borders as
with stages as (
    select
        metric_values.score_month,
        metric,
        lifecycle_stage,
        count(*) as accounts,
        sum(value) as total
    from warehouse.intermediate.int_metric_values_monthly as metric_values
    inner join warehouse.intermediate.int_account_months as account_months
        using (account_id, score_month)
    where value_state = 'observed'
    group by all
)

select
    score_month,
    metric,
    lifecycle_stage,
    if(accounts >= 5, lifecycle_stage, 'all_stages') as rating_cohort,
    if(accounts >= 5, total / accounts, sum(total) over months / sum(accounts) over months)
        as average
from stages
window months as (partition by score_month, metric)
qualify sum(accounts) over months >= 5;

-- An official scoring beside that of the month before, and beside this month under its version.
create temp table pairs as
select
    this.*,
    versions.scorecard,
    versions.scorecard_version,
    previous.version_id as previous_version_id,
    previous.effective as previous_effective,
    previous.applicable_total as previous_applicable_total,
    previous.available_total as previous_available_total,
    previous.raw_score as previous_raw_score,
    previous.health_score as last_score,
    previous.cap_adjustment as previous_cap_adjustment,
    previous.cap as previous_cap,
    between_versions.effective as between_effective,
    between_versions.available_total as between_available_total,
    between_versions.raw_score as between_raw_score
from results as this
inner join versions on this.version_id = versions.version_id
left join results as previous
    on this.account_id = previous.account_id
    and this.use_case = previous.use_case
    and previous.score_month = this.score_month - interval 1 month
    and previous.is_official
left join results as between_versions
    on this.account_id = between_versions.account_id
    and this.use_case = between_versions.use_case
    and this.score_month = between_versions.score_month
    and not between_versions.is_official
where this.is_official;

create table marts.fct_health_metrics_monthly as
with weighed as (
    select
        pairs.account_id,
        pairs.score_month,
        rules.metric,
        pairs.scorecard,
        pairs.scorecard_version,
        rules.metric_group,
        observations.value,
        observations.value_state,
        observations.value_basis,
        observations.observed_at,
        observations.value_state = 'observed' as is_observed,
        if(is_observed, written(metric_score(value, rules.worst_value, rules.best_value)), null)
            as metric_score,
        written(if(
            value_state = 'not_applicable' or rules.metric_weight = 0,
            0,
            coalesce(rules.metric_weight * nominal[rules.group_number] / applicable_total, 0)
        )) as nominal_weight,
        written(if(
            is_observed and rules.metric_weight > 0,
            coalesce(rules.metric_weight * effective[rules.group_number] / available_total, 0),
            0
        )) as effective_weight,
        case
            when not is_observed or borders.average is null or rules.best_value is null then null
            when compared(value * rules.direction) >= compared(rules.target_value * rules.direction)
                then 2
            when
                compared(value * rules.direction)
                >= compared(borders.average * rules.direction - 0.25 * abs(borders.average))
                then 1
            else 0
        end as rating,
        if(rating is null, null, borders.rating_cohort) as rating_cohort,
        if(previous_version_id is null, null, previous_value) as previous_month_value,
        if(
            was_observed,
            written(metric_score(previous_value, before.worst_value, before.best_value)),
            null
        ) as previous_month_metric_score,
        if(
            previous_version_id is null,
            null,
            written(coalesce(
                before.metric_weight * previous_effective[before.group_number]
                / previous_available_total * previous_month_metric_score, 0
            ))
        ) as previous_month_contribution
    from observations
    inner join pairs
        on observations.account_id = pairs.account_id
        and observations.score_month = pairs.score_month
    inner join rules
        on pairs.version_id = rules.version_id and observations.metric = rules.metric
    left join rules as before
        on pairs.previous_version_id = before.version_id and observations.metric = before.metric
    left join borders
        on pairs.score_month = borders.score_month
        and pairs.lifecycle_stage = borders.lifecycle_stage
        and observations.metric = borders.metric
)

select
    account_id,
    score_month,
    metric,
    scorecard,
    scorecard_version,
    metric_group,
    true as is_official,
    value,
    value_state,
    value_basis,
    observed_at,
    metric_score,
    nominal_weight,
    effective_weight,
    written(coalesce(effective_weight * metric_score, 0)) as contribution,
    written(coalesce(effective_weight * (100 - metric_score), 0)) as lost_points,
    rating,
    rating_cohort,
    previous_month_value,
    value - previous_month_value as value_change,
    previous_month_metric_score,
    written(metric_score - previous_month_metric_score) as metric_score_change,
    previous_month_contribution,
    written(contribution - previous_month_contribution) as contribution_change
from weighed;

create temp table performance as
select
    facts.account_id,
    facts.score_month,
    facts.scorecard,
    facts.scorecard_version,
    written(sum(facts.rating) / count(*)) as overall_performance,
    case sign(sum(facts.rating) - count(*)) when -1 then 'red' when 0 then 'yellow' else 'green' end
        as rating_band
from marts.fct_health_metrics_monthly as facts
inner join versions using (scorecard, scorecard_version)
inner join rules
    on versions.version_id = rules.version_id
    and facts.metric = rules.metric
    and rules.metric_weight > 0
    and rules.group_weight > 0
where facts.rating is not null
group by all
having count(*) >= 3;

-- Every metric's value, the month before and the change: one row per account and month.
create temp table wide as
pivot (
    select
        account_id,
        score_month,
        metric,
        value as this,
        previous_value as previous,
        value - previous_value as change
    from observations
)
on metric using max(this) as this, max(previous) as previous, max(change) as change
group by account_id, score_month;

create table marts.fct_health_inputs_monthly as
select
    account_id,
    score_month,
    columns('(.*)_this') as '\1',
    columns('(.*)_previous') as 'previous_month_\1',
    columns('(.*)_change$') as '\1_change'
from wide;
