-- Bands with their latches, comparisons, runs, reasons in words, and the facts people read.

create macro number_text(number) as if(
    number = round(number), cast(cast(round(number) as bigint) as varchar),
    cast(round(number, 4) as varchar)
);
create macro value_text(value, unit) as case
    when unit = 'ratio' then number_text(round(100 * value)) || ' %'
    when unit = 'flag' then case when value = 0 then 'no' when value is not null then 'yes' end
    when unit in ('days', 'months', 'minutes') then
        number_text(round(value, 1)) || ' '
        || if(round(value, 1) = 1, replace(unit, 's', ''), unit)
    else number_text(round(value, 1))
end;
create macro day_text(day) as day(day) || ' ' || strftime(day, '%B %Y');
create macro month_text(month) as strftime(month, '%B %Y');
create macro band_number(band) as case band when 'red' then 1 when 'yellow' then 2 when 'green' then 3 end;

-- The latest override that holds at the as-of instant, at most 30 days long.
create temp table overrides as
select
    account_months.account_id,
    account_months.score_month,
    max_by(
        {'band': band, 'reason': reason_code, 'by': created_by_id, 'until': expires_on},
        (created_at, health_override_id)
    ) as override
from warehouse.intermediate.int_account_months as account_months
inner join (
    select * replace (
        least(coalesce(expires_on, date '9999-12-01'), cast(created_at + interval 30 day as date))
            as expires_on
    )
    from warehouse.staging.stg_salesforce__health_overrides
    where not is_deleted
) as stated
    on account_months.account_id = stated.account_id
    and stated.created_at < account_months.as_of
    and stated.expires_on >= cast(account_months.as_of - interval 1 day as date)
group by all;

create temp table bands as
with signals as (
    select
        pairs.account_id,
        pairs.score_month,
        pairs.use_case,
        pairs.method,
        performance.overall_performance,
        coalesce(performance.rating_band, 'unknown') as rating_band,
        health_score,
        row_number() over (
            partition by pairs.account_id, use_case, health_score is null order by score_month
        ) = 1 as is_first,
        case
            when health_score is null then null
            when is_first then compared(health_score) >= compared(yellow_from)
            when compared(health_score) >= compared(yellow_from + band_margin) then true
            when compared(health_score) < compared(yellow_from - band_margin) then false
        end as sets_yellow,
        case
            when health_score is null then null
            when is_first then compared(health_score) >= compared(green_from)
            when compared(health_score) >= compared(green_from + band_margin) then true
            when compared(health_score) < compared(green_from - band_margin) then false
        end as sets_green
    from pairs
    left join performance using (account_id, score_month, scorecard, scorecard_version)
),

latched as (
    select
        *,
        case
            when method = 'rating' then rating_band
            when health_score is null then 'unknown'
            when last_value(sets_green ignore nulls) over series then 'green'
            when last_value(sets_yellow ignore nulls) over series then 'yellow'
            else 'red'
        end as calculated_band
    from signals
    window series as (partition by account_id, use_case order by score_month)
)

select
    latched.*,
    overrides.override,
    coalesce(override.band, calculated_band) as health_band
from latched
left join overrides
    on latched.account_id = overrides.account_id
    and latched.score_month = overrides.score_month
    and latched.use_case = 'retention';

create temp table red_insides as
with signs as (
    select
        pairs.account_id,
        pairs.score_month,
        pairs.use_case,
        1 as place,
        'critical_metric ' || facts.metric as reason
    from pairs
    inner join rules on pairs.version_id = rules.version_id and rules.is_critical
    inner join marts.fct_health_metrics_monthly as facts
        on pairs.account_id = facts.account_id
        and pairs.score_month = facts.score_month
        and pairs.scorecard = facts.scorecard
        and rules.metric = facts.metric
    where facts.effective_weight > 0 and compared(metric_score) < compared(yellow_from)
    union all
    select account_id, score_month, use_case, 2, 'weak_group ' || rules.metric_group
    from pairs
    inner join (
        select distinct version_id, metric_group, group_number from rules where group_weight >= 10
    ) as rules using (version_id)
    where compared(scores[group_number]) < compared(yellow_from)
    union all
    select account_id, score_month, use_case, 3, 'tentative_score' from pairs where is_tentative
)

select account_id, score_month, use_case, string_agg(reason, '; ' order by place, reason) as reasons
from signs
group by all;

-- Windows and comparisons over few columns; what is wide is joined once, at the end.
create temp table scored as
select
    pairs.account_id,
    pairs.score_month,
    pairs.use_case,
    pairs.health_score,
    pairs.scores,
    bands.health_band,
    bands.override is not null as is_overridden
from pairs
inner join bands using (account_id, score_month, use_case);

create temp table runs as
with stepped as (
    select
        account_id,
        score_month,
        use_case,
        datediff('month', lag(score_month) over series, score_month) as months_since_previous,
        row_number() over series as sequence_number,
        if(months_since_previous = 1 and health_band = lag(health_band) over series, 0, 1)
            as is_band_restart,
        if(
            months_since_previous = 1
            and compared(health_score - lag(health_score) over series) < 0,
            0, 1
        ) as is_decline_restart
    from scored
    window series as (partition by account_id, use_case order by score_month)
),

numbered as (
    select
        *,
        sum(is_band_restart) over series as band_run,
        sum(is_decline_restart) over series as decline_run
    from stepped
    window series as (partition by account_id, use_case order by score_month)
)

select
    account_id,
    score_month,
    use_case,
    months_since_previous,
    sequence_number,
    row_number() over (partition by account_id, use_case, band_run order by score_month)
        as months_in_band,
    row_number() over (partition by account_id, use_case, decline_run order by score_month) - 1
        as months_declining
from numbered;

create temp table compared_scores as
select
    this.account_id,
    this.score_month,
    this.use_case,
    this.health_score,
    this.health_band,
    month_before.health_score as previous_month_score,
    written(this.health_score - month_before.health_score) as score_change,
    month_before.health_band as previous_month_band,
    this.health_band <> month_before.health_band as has_band_changed,
    this.is_overridden or coalesce(month_before.is_overridden, false) as has_override,
    sign(band_number(this.health_band) - band_number(month_before.health_band)) as band_direction,
    quarter_before.health_score as previous_quarter_score,
    written(this.health_score - quarter_before.health_score) as quarter_change,
    year_before.health_score as previous_year_score,
    written(this.health_score - year_before.health_score) as year_change,
    written(this.scores[1] - month_before.scores[1]) as adoption_score_change,
    written(this.scores[2] - month_before.scores[2]) as usage_score_change,
    written(this.scores[3] - month_before.scores[3]) as engagement_score_change,
    written(this.scores[4] - month_before.scores[4]) as relationship_score_change,
    written(this.scores[5] - month_before.scores[5]) as sentiment_score_change,
    written(this.scores[6] - month_before.scores[6]) as payment_score_change,
    written(this.scores[7] - month_before.scores[7]) as journey_score_change,
    written(this.scores[8] - month_before.scores[8]) as advocacy_score_change
from scored as this
left join scored as month_before
    on this.account_id = month_before.account_id
    and this.use_case = month_before.use_case
    and month_before.score_month = this.score_month - interval 1 month
left join scored as quarter_before
    on this.account_id = quarter_before.account_id
    and this.use_case = quarter_before.use_case
    and quarter_before.score_month = this.score_month - interval 3 month
left join scored as year_before
    on this.account_id = year_before.account_id
    and this.use_case = year_before.use_case
    and year_before.score_month = this.score_month - interval 12 month;
