{%- set findings = [
    'freshness', 'mapping', 'volume', 'vocabulary', 'clamping', 'score',
    'configuration'
] %}

with

months as (
    select * from {{ ref('int_checked_months') }}
),

programme_usage as (
    select * from {{ ref('rpt_programme_usage_monthly') }}
),

usage_findings as (
    select
        'usage_not_fallen' as check_name,
        'warn' as severity,
        programme_usage.score_month,
        {{ month_as_text('programme_usage.score_month') }} as subject,
        'Usage fell across the programme: in the median account active users changed '
        || 'by ' || coalesce(
            {{ percent_as_text('programme_usage.active_users_median_change') }}, '?'
        ) || ', value actions by ' || coalesce(
            {{ percent_as_text('programme_usage.value_actions_median_change') }}, '?'
        ) || '.' as found,
        'Less than ' || {{ percent_as_text(-var('programme_fall').median_at_most) }}
        || ' down, or in less than '
        || {{ percent_as_text(var('programme_fall').falling_share_from) }}
        || ' of the accounts.' as usual,
        'Ask Product for an outage, a release or a season before anyone calls '
        || 'customers; marts.rpt_programme_usage_monthly has the months before.'
            as what_to_do
    from months
    inner join programme_usage on months.score_month = programme_usage.score_month
    where programme_usage.is_programme_fall
),

findings as (
    {% for about in findings %}
        select * from {{ ref('int_' ~ about ~ '_findings') }}

        union all
    {% endfor %}

    select * from usage_findings
),

final as (
    select
        check_name,
        severity,
        score_month,
        subject,
        found,
        usual,
        what_to_do
    from findings
)

select * from final
