-- What the scoring models read, without the vendors: accounts that come, go and pause, and the
-- whole catalogue of metrics in all value states. Everything follows from hashes of names: the
-- same inputs on every machine. $accounts, $first and $last are parameters.

set preserve_insertion_order = false;
create schema if not exists intermediate;
create schema if not exists staging;

create or replace temp table months as
select
    cast(month as date) as score_month,
    cast(month as date) = cast($last as date) as is_provisional,
    row_number() over (order by month) as month_number,
    count(*) over () as month_count
from generate_series(cast($first as date), cast($last as date), interval 1 month) as series (month);

-- 15 % come within the history and 15 % leave; 1 % of the months are pauses.
create or replace temp table accounts as
select
    printf('001%015d', number) as account_id,
    hash('quality' || number) % 1000 / 1000 as quality,
    hash('start' || number) % 100 as start_draw,
    hash('end' || number) % 100 as end_draw,
    number
from range(cast($accounts as bigint)) as numbers (number);

create or replace table intermediate.int_account_months as
select
    accounts.account_id,
    months.score_month,
    'Account ' || accounts.number as account_name,
    'CSM ' || accounts.number % 40 as csm_name,
    ['small', 'small', 'medium', 'enterprise'][1 + accounts.number % 4] as size_segment,
    accounts.number % 16 = 0 as is_high_growth,
    case
        when accounts.start_draw < 15 and months.month_number <= first_month + 5 then 'deployment'
        else ['implemented', 'implemented', 'implemented', 'mulligan'][1 + accounts.number % 4]
    end as lifecycle_stage,
    ['emea', 'amer_us_east', 'apac'][1 + accounts.number % 3] as region,
    'unknown' as vertical,
    cast(100 + accounts.number % 5000 as double) as mrr,
    'EUR' as currency,
    cast(110 + accounts.number % 5000 as double) as mrr_reporting,
    cast(months.score_month + interval 200 day as date) as renewal_date,
    cast(months.month_number + accounts.number % 60 as integer) as tenure_months,
    cast(
        case
            when months.is_provisional then months.score_month + interval 14 day
            else months.score_month + interval 1 month
        end as timestamp
    ) as as_of,
    months.is_provisional
from (
    select
        accounts.*,
        case when start_draw < 15 then 1 + number % month_count else 1 end as first_month,
        case when end_draw < 15 then 1 + hash(number) % month_count else month_count end
            as last_month
    from accounts
    cross join (select max(month_count) as month_count from months)
) as accounts
cross join months
where
    months.month_number between accounts.first_month and accounts.last_month
    and hash('pause' || accounts.number || months.score_month) % 100 > 0;

-- Ends of a metric's range: the widest of the scorecards, else what its unit suggests.
create or replace temp table catalogue as
select
    metrics.metric,
    metrics.metric_group,
    metrics.unit in ('count', 'days', 'flag', 'months') as is_whole,
    coalesce(min(least(ends.worst_value, ends.best_value)), 0) as lowest,
    coalesce(
        max(greatest(ends.worst_value, ends.best_value)),
        max(case when metrics.unit in ('ratio', 'flag') then 1 when metrics.unit = 'count' then 8 else 100 end)
    ) as highest
from read_csv($metrics) as metrics
left join read_csv($scorecard_metrics) as ends on metrics.metric = ends.metric
group by metrics.metric, metrics.metric_group, metrics.unit;

-- A value keeps part of its luck for four months: bands change now and then, not every month.
-- A little beyond both ends of the range, so that some scores are cut.
create or replace table intermediate.int_metric_values_monthly as
with drawn as (
    select
        account_months.account_id,
        account_months.score_month,
        catalogue.metric,
        catalogue.metric_group,
        catalogue.is_whole,
        catalogue.lowest,
        catalogue.highest,
        accounts.quality,
        hash(accounts.number, catalogue.metric, 1) as habit,
        hash(accounts.number, catalogue.metric, (months.month_number + accounts.number) // 4, 2)
        % 10000 / 10000 as season,
        hash(accounts.number, catalogue.metric, months.month_number, 3) as chance,
        hash(accounts.number, catalogue.metric_group, months.month_number, 4) % 1000 as silence,
        hash(catalogue.metric_group, months.month_number) % 50 as lateness
    from intermediate.int_account_months as account_months
    inner join accounts on account_months.account_id = accounts.account_id
    inner join months on account_months.score_month = months.score_month
    cross join catalogue
),

states as (
    select
        *,
        case
            when habit % 100 < 4 then 'not_applicable'
            when habit // 1000 % 1000 < 25 or silence < 15 then 'unmapped'
            when lateness = 0 then 'source_late'
            when chance % 1000 < 35 then 'not_enough_history'
            when chance % 1000 < 55 then 'stale'
            else 'observed'
        end as value_state,
        lowest + (highest - lowest) * (
            0.75 * quality + 0.35 * season + 0.15 * (chance // 1000 % 10000 / 10000) - 0.1
        ) as drawn_value
    from drawn
)

select
    account_id,
    score_month,
    metric,
    metric_group,
    case
        when value_state in ('observed', 'stale')
            then case when is_whole then round(drawn_value) else drawn_value end
    end as value,
    value_state,
    case when value_state in ('observed', 'stale', 'source_late') then 'recorded' end
        as value_basis,
    case
        when value_state in ('observed', 'stale')
            then cast(score_month + interval 1 month as timestamp)
    end as observed_at
from states;

-- 1 % of the account months are overridden, some withdrawn, in all bands.
create or replace table staging.stg_salesforce__health_overrides as
select
    account_id || cast(score_month as varchar) as health_override_id,
    hash(account_id) % 7 = 0 as is_deleted,
    account_id,
    ['green', 'yellow', 'red'][cast(1 + hash(score_month) % 3 as bigint)] as band,
    'other' as reason_code,
    cast(score_month + interval 40 day as date) as expires_on,
    '005000000000000001' as created_by_id,
    cast(score_month + interval 10 day as timestamp) as created_at
from intermediate.int_account_months
where hash('override' || account_id || score_month) % 100 = 0;

create or replace table intermediate.int_account_aliases as
select distinct
    account_id as alias_id,
    account_id,
    false as is_test
from intermediate.int_account_months;
