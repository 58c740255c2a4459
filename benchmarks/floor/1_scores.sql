-- The score by hand: configuration, then one pass over the values for all versions, then one row
-- per scoring. `warehouse` is attached read-only; what is published goes to schema marts here.

create schema marts;

-- greatest and least leave NULLs out: a missing value must not score.
create macro metric_score(value, worst, best) as if(
    value is null or worst is null,
    null,
    100 * greatest(least((value - worst) / (best - worst), 1.0), 0.0)
);
create macro written(number) as round(number, 12) + 0.0;
create macro compared(number) as round(number, 9);
create macro band(score, yellow_from, green_from) as case
    when compared(score) >= compared(green_from) then 'green'
    when compared(score) >= compared(yellow_from) then 'yellow'
    when score is not null then 'red'
end;

-- Numbered in the order in which versions are preferred: an account's version is the smallest.
create temp table versions as
select
    row_number() over (order by condition_count desc, priority, scorecard, scorecard_version)
        as version_id,
    *
from (
    select
        * exclude (version, effective_to),
        version as scorecard_version,
        coalesce(
            effective_to,
            lead(effective_from) over (partition by scorecard order by effective_from),
            date '9999-12-01'
        ) as effective_to,
        (size_segment is not null)::int + (lifecycle_stage is not null)::int
        + (vertical is not null)::int + (region is not null)::int as condition_count
    from warehouse.reference.scorecards
);

create temp table rules as
select
    versions.version_id,
    versions.effective_from,
    versions.effective_to,
    metrics.metric,
    metrics.metric_group,
    list_position(
        ['adoption', 'usage', 'engagement', 'relationship', 'sentiment', 'payment', 'journey', 'advocacy'],
        metrics.metric_group
    ) as group_number,
    coalesce(weights.label, metrics.label) as label,
    metrics.unit,
    weights.worst_value,
    weights.best_value,
    coalesce(weights.target_value, weights.best_value) as target_value,
    if(weights.best_value < weights.worst_value, -1, 1) as direction,
    coalesce(weights.is_critical, false) as is_critical,
    coalesce(weights.metric_weight, 0.0) as metric_weight,
    coalesce(groups.group_weight, 0.0) as group_weight
from versions
cross join warehouse.reference.metrics as metrics
left join warehouse.reference.scorecard_metrics as weights
    on versions.scorecard = weights.scorecard
    and versions.scorecard_version = weights.version
    and metrics.metric = weights.metric
left join warehouse.reference.scorecard_groups as groups
    on versions.scorecard = groups.scorecard
    and versions.scorecard_version = groups.version
    and metrics.metric_group = groups.metric_group;

create temp table official as
select
    accounts.account_id,
    accounts.score_month,
    accounts.lifecycle_stage,
    versions.use_case,
    min(versions.version_id) as version_id
from warehouse.intermediate.int_account_months as accounts
inner join versions
    on accounts.score_month >= versions.effective_from
    and accounts.score_month < versions.effective_to
    and (versions.size_segment is null or versions.size_segment = accounts.size_segment)
    and (versions.lifecycle_stage is null or versions.lifecycle_stage = accounts.lifecycle_stage)
    and (versions.vertical is null or versions.vertical = accounts.vertical)
    and (versions.region is null or versions.region = accounts.region)
group by all;

-- Beside the official ones: this month under last month's version, where they differ.
create temp table scorings as
select *, true as is_official from official
union all
select official.* replace (previous.version_id as version_id), false as is_official
from official
inner join official as previous
    on official.account_id = previous.account_id
    and official.use_case = previous.use_case
    and previous.score_month = official.score_month - interval 1 month
where official.version_id <> previous.version_id;

create temp table group_scores as
with totals as (
    select
        metric_values.account_id,
        metric_values.score_month,
        rules.version_id,
        rules.group_number,
        rules.group_weight,
        coalesce(sum(rules.metric_weight) filter (value_state <> 'not_applicable'), 0)
            as applicable_weight,
        coalesce(sum(rules.metric_weight) filter (value_state = 'observed'), 0)
            as observed_weight,
        sum(rules.metric_weight * metric_score(value, worst_value, best_value))
            filter (value_state = 'observed') as weighted_scores
    from warehouse.intermediate.int_metric_values_monthly as metric_values
    inner join rules
        on metric_values.metric = rules.metric
        and rules.metric_weight > 0
        -- One month longer: the month after is scored under this version as well.
        and metric_values.score_month >= rules.effective_from
        and metric_values.score_month < rules.effective_to + interval 1 month
    group by all
)

select
    totals.*,
    applicable_weight > 0
    and compared(100 * observed_weight) >= compared(40 * applicable_weight) as is_available,
    if(is_available, weighted_scores / observed_weight, null) as group_score
from totals
semi join scorings using (account_id, score_month, version_id);

-- Weights by group as arrays: the long table needs no join per group. A metric's own weight is its
-- metric weight times the number of its group.
create temp table results as
with sums as (
    select
        account_id,
        score_month,
        version_id,
        sum(observed_weight) as observed_weight,
        count(*) filter (is_available and group_weight > 0) as available_groups,
        sum(group_weight) filter (applicable_weight > 0) as applicable_total,
        sum(group_weight) filter (is_available) as available_total,
        sum(group_weight * group_score) filter (is_available) as weighted_scores,
        sum(group_weight * observed_weight / applicable_weight) filter (is_available) as covered,
        sum(group_weight * observed_weight / applicable_weight * group_score) filter (is_available)
            as covered_scores,
        [max(written(group_score)) filter (group_number = 1), max(written(group_score)) filter (group_number = 2),
            max(written(group_score)) filter (group_number = 3), max(written(group_score)) filter (group_number = 4),
            max(written(group_score)) filter (group_number = 5), max(written(group_score)) filter (group_number = 6),
            max(written(group_score)) filter (group_number = 7), max(written(group_score)) filter (group_number = 8)]
            as scores,
        [max(nominal) filter (group_number = 1), max(nominal) filter (group_number = 2),
            max(nominal) filter (group_number = 3), max(nominal) filter (group_number = 4),
            max(nominal) filter (group_number = 5), max(nominal) filter (group_number = 6),
            max(nominal) filter (group_number = 7), max(nominal) filter (group_number = 8)]
            as nominal,
        [max(effective) filter (group_number = 1), max(effective) filter (group_number = 2),
            max(effective) filter (group_number = 3), max(effective) filter (group_number = 4),
            max(effective) filter (group_number = 5), max(effective) filter (group_number = 6),
            max(effective) filter (group_number = 7), max(effective) filter (group_number = 8)]
            as effective
    from (
        select
            *,
            group_weight / nullif(applicable_weight, 0) as nominal,
            if(is_available, group_weight / observed_weight, null) as effective
        from group_scores
    )
    group by all
),

-- A cap looks at the metric's score, whatever its weight; of several, the lowest.
caps as (
    select
        metric_values.account_id,
        metric_values.score_month,
        versions.version_id,
        min_by(
            {'metric': caps.metric, 'limit': caps.max_health_score, 'reason': caps.reason},
            (caps.max_health_score, caps.metric, caps.reason)
        ) as cap
    from warehouse.reference.scorecard_caps as caps
    inner join versions
        on caps.scorecard = versions.scorecard and caps.version = versions.scorecard_version
    inner join rules on versions.version_id = rules.version_id and caps.metric = rules.metric
    inner join warehouse.intermediate.int_metric_values_monthly as metric_values
        on caps.metric = metric_values.metric
    where
        metric_values.value_state = 'observed'
        and compared(metric_score(value, worst_value, best_value)) < compared(caps.below_score)
    group by all
),

scored as (
    select
        scorings.*,
        sums.available_total,
        sums.applicable_total,
        sums.scores,
        sums.nominal,
        sums.effective,
        caps.cap,
        coalesce(caps.cap.limit, 100) as highest,
        written(coalesce(sums.covered / nullif(sums.applicable_total, 0), 0)) as coverage,
        if(available_groups > 0, written(weighted_scores / available_total), null) as raw_score,
        written(coalesce(covered_scores / nullif(applicable_total, 0), 0)) as score_low,
        written(score_low + 100 * (1 - coverage)) as score_high,
        case
            when observed_weight = 0 then 'nothing_observed'
            when available_groups < versions.min_groups then 'too_few_groups'
            when compared(coverage) < compared(versions.min_coverage) then 'low_coverage'
        end as unknown_reason,
        if(unknown_reason is null, least(raw_score, highest), null) as health_score,
        written(health_score - raw_score) as cap_adjustment,
        versions.yellow_from,
        versions.green_from,
        versions.band_margin,
        versions.method
    from scorings
    inner join versions on scorings.version_id = versions.version_id
    left join sums
        on scorings.account_id = sums.account_id
        and scorings.score_month = sums.score_month
        and scorings.version_id = sums.version_id
    left join caps
        on scorings.account_id = caps.account_id
        and scorings.score_month = caps.score_month
        and scorings.version_id = caps.version_id
)

select
    *,
    band(health_score, yellow_from, green_from) as raw_band,
    if(
        health_score is null,
        null,
        band(least(score_low, highest), yellow_from, green_from)
        <> band(least(score_high, highest), yellow_from, green_from)
    ) as is_tentative
from scored;
