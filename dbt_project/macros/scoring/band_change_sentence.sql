{#
    What a metric did, in words: "Seats in use went from 82 % to 61 %". A text is NULL where the metric
    did not count; one that counted in neither month moves a score where it became known in the month
    that new rules left it out.
#}
{% macro driver_as_text(label, text_before, text_after) -%}
    {{ label }} || case
        when {{ text_before }} is null and {{ text_after }} is null
            then ' counted by the earlier rules alone'
        when {{ text_before }} = {{ text_after }} then ' stayed at ' || {{ text_after }}
        when {{ text_before }} is null then ' came into the score (' || {{ text_after }} || ')'
        when {{ text_after }} is null
            then ' dropped out of the score (before: ' || {{ text_before }} || ')'
        else ' went from ' || {{ text_before }} || ' to ' || {{ text_after }}
    end
{%- endmacro %}

{#
    Why the band changed, in one sentence for people: what was, what is, when, and the main reason.
    Reads the columns of the CTE `judged` in int_band_changes.
#}
{% macro band_change_sentence() -%}
    {%- set this_month = month_as_text('score_month') -%}
    {%- set last_month = month_as_text(dbt.dateadd('month', -1, 'score_month')) -%}
    {%- set score = number_as_text('round(health_score, 1)') -%}
    {%- set last_score = number_as_text('round(previous_month_score, 1)') -%}
    case
        when change_kind = 'override'
            then
                'From ' || from_band || ' in ' || {{ last_month }} || ' to ' || to_band || ' in '
                || {{ this_month }} || coalesce(
                    ': set by the customer success manager'
                    || coalesce(' (' || {{ code_as_text('override_reason') }} || ')', '')
                    || ' until ' || {{ day_as_text('override_expires_on') }},
                    ': the band that the customer success manager had set no longer holds'
                ) || coalesce(', with a score of ' || {{ score }}, '') || '.'
        when to_band = 'unknown'
            then
                'Since ' || {{ this_month }} || case
                    when unknown_reason = 'no_scorecard'
                        then ' no rules apply to judge this customer by; in '
                    else
                        ' too little is known to judge this customer ('
                        || coalesce({{ number_as_text('round(100 * coverage)') }}, '0')
                        || ' % of the score can be measured); in '
                end || {{ last_month }} || ' it was ' || from_band
                || coalesce(' with a score of ' || {{ last_score }}, '') || '.'
        when from_band = 'unknown'
            then
                'In ' || {{ this_month }} || ' enough is known to judge this customer: '
                || to_band || coalesce(' with a score of ' || {{ score }}, '')
                || '; in ' || {{ last_month }} || ' too little was known.'
        else
            'From ' || from_band || ' in ' || {{ last_month }} || ' to ' || to_band || ' in '
            || {{ this_month }} || coalesce(
                ': the score ' || case
                    when {{ score }} = {{ last_score }} then 'stayed at ' || {{ score }}
                    when health_score > previous_month_score
                        then 'rose from ' || {{ last_score }} || ' to ' || {{ score }}
                    else 'fell from ' || {{ last_score }} || ' to ' || {{ score }}
                end,
                ''
            ) || case change_kind
                when 'configuration'
                    then ', because this customer has been judged by other rules since '
                        || {{ this_month }}
                when 'caps' then coalesce(
                    ', because of a limit: ' || cap_reason, ', because a limit no longer applies'
                )
                else ', mainly because ' || reasons
            end || '.'
    end
{%- endmacro %}
