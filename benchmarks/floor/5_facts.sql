-- Why a band changed, in a sentence, and the two facts of scores.

create temp table band_changes as
with drivers as (
    select
        moved.account_id,
        moved.score_month,
        moved.use_case,
        moved.metric,
        compared(moved.points * scores.band_direction) as pull,
        row_number() over (
            partition by moved.account_id, moved.score_month, moved.use_case
            order by pull desc, moved.metric
        ) as place,
        value_text(value_before, rules.unit) as text_before,
        value_text(value_after, rules.unit) as text_after,
        rules.label || case
            when text_before is null and text_after is null
                then ' counted by the earlier rules alone'
            when text_before = text_after then ' stayed at ' || text_after
            when text_before is null then ' came into the score (' || text_after || ')'
            when text_after is null
                then ' dropped out of the score (before: ' || text_before || ')'
            else ' went from ' || text_before || ' to ' || text_after
        end as text
    from compared_scores as scores
    inner join pairs using (account_id, score_month, use_case)
    inner join moved using (account_id, score_month, use_case)
    inner join rules on pairs.version_id = rules.version_id and moved.metric = rules.metric
    where scores.has_band_changed and compared(moved.points * scores.band_direction) > 0
),

texts as (
    select
        account_id,
        score_month,
        use_case,
        string_agg(metric, '; ' order by place) as drivers,
        string_agg(text, ' and ' order by place) filter (place <= 2) as reasons
    from drivers
    group by all
),

moves as (
    select
        scores.account_id,
        scores.score_month,
        scores.use_case,
        scores.health_score,
        scores.health_band,
        scores.previous_month_band,
        scores.previous_month_score,
        pairs.coverage,
        pairs.cap,
        pairs.cap_adjustment,
        bands.override,
        texts.drivers,
        coalesce(texts.reasons, 'several things moved a little') as reasons,
        coalesce(compared(band_direction * change_behaviour), 0) as behaviour,
        coalesce(compared(band_direction * change_coverage), 0) as coverage_move,
        coalesce(compared(band_direction * change_configuration), 0) as configuration,
        coalesce(compared(band_direction * change_caps), 0) as caps,
        greatest(behaviour, coverage_move, configuration, caps) as most,
        case
            when has_override then 'override'
            when scores.health_band = 'unknown' or previous_month_band = 'unknown' then 'coverage'
            when behaviour > 0 and behaviour = most then 'behaviour'
            when coverage_move > 0 and coverage_move = most then 'coverage'
            when configuration > 0 and configuration = most then 'configuration'
            when caps > 0 and caps = most then 'caps'
            when pairs.version_id <> pairs.previous_version_id then 'configuration'
            else 'behaviour'
        end as change_kind,
        month_text(score_month) as this_month,
        month_text(score_month - interval 1 month) as last_month,
        number_text(round(scores.health_score, 1)) as score,
        number_text(round(previous_month_score, 1)) as last_month_score
    from compared_scores as scores
    inner join pairs using (account_id, score_month, use_case)
    inner join bands using (account_id, score_month, use_case)
    left join changes using (account_id, score_month, use_case)
    left join texts using (account_id, score_month, use_case)
    where has_band_changed
)

select
    account_id,
    score_month,
    use_case,
    previous_month_band as from_band,
    health_band as to_band,
    change_kind,
    drivers,
    case
        when change_kind = 'override' then
            'From ' || from_band || ' in ' || last_month || ' to ' || to_band || ' in ' || this_month
            || coalesce(
                ': set by the customer success manager'
                || coalesce(' (' || replace(override.reason, '_', ' ') || ')', '')
                || ' until ' || day_text(override.until),
                ': the band that the customer success manager had set no longer holds'
            ) || coalesce(', with a score of ' || score, '') || '.'
        when to_band = 'unknown' then
            'Since ' || this_month || ' too little is known to judge this customer ('
            || coalesce(number_text(round(100 * coverage)), '0') || ' % of the score can be measured); in '
            || last_month || ' it was ' || from_band
            || coalesce(' with a score of ' || last_month_score, '') || '.'
        when from_band = 'unknown' then
            'In ' || this_month || ' enough is known to judge this customer: ' || to_band
            || coalesce(' with a score of ' || score, '') || '; in ' || last_month
            || ' too little was known.'
        else
            'From ' || from_band || ' in ' || last_month || ' to ' || to_band || ' in ' || this_month
            || coalesce(': the score ' || case
                when score = last_month_score then 'stayed at ' || score
                when health_score > previous_month_score
                    then 'rose from ' || last_month_score || ' to ' || score
                else 'fell from ' || last_month_score || ' to ' || score
            end, '') || case change_kind
                when 'configuration'
                    then ', because this customer has been judged by other rules since '
                        || this_month
                when 'caps' then coalesce(
                    ', because of a limit: ' || if(cap_adjustment < 0, cap.reason, null),
                    ', because a limit no longer applies'
                )
                else ', mainly because ' || reasons
            end || '.'
    end as sentence
from moves;

create table marts.fct_band_changes as
select * exclude (use_case) from band_changes where use_case = 'retention';

create table marts.fct_scorecard_results_monthly as
select
    pairs.account_id,
    pairs.score_month,
    pairs.use_case,
    true as is_official,
    pairs.scorecard,
    pairs.scorecard_version,
    pairs.method,
    pairs.health_score,
    bands.health_band,
    grades.grade as health_grade,
    raw_score,
    cap_adjustment,
    score_low,
    score_high,
    is_tentative,
    coverage,
    unknown_reason,
    raw_band,
    calculated_band,
    override.band as override_band,
    override.reason as override_reason,
    override.by as overridden_by,
    override.until as override_expires_on,
    overall_performance,
    rating_band,
    if(rating_band <> 'unknown', rating_band = raw_band, null) as methods_agree,
    scores[1] as adoption_score, scores[2] as usage_score, scores[3] as engagement_score,
    scores[4] as relationship_score, scores[5] as sentiment_score, scores[6] as payment_score,
    scores[7] as journey_score, scores[8] as advocacy_score,
    previous_month_score,
    score_change,
    previous_month_band,
    has_band_changed,
    previous_quarter_score,
    quarter_change,
    previous_year_score,
    year_change,
    adoption_score_change,
    usage_score_change,
    engagement_score_change,
    relationship_score_change,
    sentiment_score_change,
    payment_score_change,
    journey_score_change,
    advocacy_score_change,
    change_behaviour,
    change_coverage,
    change_configuration,
    change_caps,
    top_positive_driver,
    top_positive_points,
    top_negative_driver,
    top_negative_points,
    band_changes.change_kind as band_change_kind,
    band_changes.sentence as band_change_sentence,
    bands.health_band = 'green' and red_insides.reasons is not null as is_watermelon,
    if(bands.health_band = 'green', red_insides.reasons, null) as watermelon_reasons,
    sequence_number,
    months_since_previous,
    months_in_band,
    months_declining,
    account_months.is_provisional,
    account_months.as_of,
    current_localtimestamp() as calculated_at
from pairs
inner join bands using (account_id, score_month, use_case)
inner join compared_scores using (account_id, score_month, use_case)
inner join runs using (account_id, score_month, use_case)
inner join warehouse.intermediate.int_account_months as account_months
    on pairs.account_id = account_months.account_id
    and pairs.score_month = account_months.score_month
left join changes using (account_id, score_month, use_case)
left join band_changes using (account_id, score_month, use_case)
left join red_insides using (account_id, score_month, use_case)
left join (
    select grade, score_from, lead(score_from, 1, 1000) over (order by score_from) as next_from
    from warehouse.reference.health_grades
) as grades
    on compared(pairs.health_score) >= grades.score_from and compared(pairs.health_score) < grades.next_from;

create table marts.fct_health_scores_monthly as
select
    account_months.account_id,
    account_months.score_month,
    account_name,
    csm_name,
    size_segment,
    is_high_growth,
    account_months.lifecycle_stage,
    account_months.region,
    account_months.vertical,
    mrr,
    currency,
    mrr_reporting,
    renewal_date,
    tenure_months,
    results.* exclude (account_id, score_month, use_case, is_official)
from warehouse.intermediate.int_account_months as account_months
left join marts.fct_scorecard_results_monthly as results
    on account_months.account_id = results.account_id
    and account_months.score_month = results.score_month
    and results.use_case = 'retention';
