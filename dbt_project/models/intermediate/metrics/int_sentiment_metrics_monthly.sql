{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('sentiment') }}
),

judgements as (
    select * from {{ ref('int_latest_judgements_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and judgement = 'outlook'
),

ratings as (
    select * from {{ ref('int_latest_ratings_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

tickets as (
    select * from {{ ref('int_ticket_totals_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

metric_rows as (
    select
        {{ metric_columns(
            value="rating",
            denominator="case when rating is not null then 1 end",
            observed_at="judged_at",
            stale_from="stale_from",
            value_basis="value_basis"
        ) }}
    from account_windows
    left join judgements using (account_id, score_month)
    where metric = 'csm_sentiment'

    union all

    select
        {{ metric_columns(
            value="avg(score)",
            denominator="count(score)",
            observed_at="max(answered_at)"
        ) }}
    from account_windows
    left join {{ ref('int_latest_nps_answers_monthly') }}
        using (account_id, score_month)
    where metric = 'nps_score'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(
            value="avg(case when is_good then 1.0 when not is_good then 0.0 end)",
            denominator="count(is_good)",
            observed_at="max(rated_at)"
        ) }}
    from account_windows
    left join ratings using (account_id, score_month)
    where metric = 'csat_rate'
    group by account_id, score_month, metric

    union all

    -- That no request is open needs no ticket to be said.
    {% for metric, value, needed in [
        ('open_ticket_severity', 'severity / greatest(coalesce(seats, 0), 25) * 100', 'ticket_count'),
        ('open_defects', 'open_defects', 'ticket_count'),
        ('open_feature_requests', 'open_feature_requests', '0')
    ] %}
        select
            {{ metric_columns(
                value="coalesce(" ~ value ~ ", 0)",
                value_basis="coalesce(open_basis, 'recorded')",
                not_applicable_reason="case when " ~ needed ~ " is null then 'nothing_recorded' end"
            ) }}
        from account_windows
        left join tickets using (account_id, score_month)
        where metric = '{{ metric }}'

        union all
    {% endfor %}

    select
        {{ metric_columns(
            value="escalated_tickets / nullif(recent_tickets, 0)",
            denominator="recent_tickets",
            value_basis="coalesce(recent_basis, 'recorded')",
            not_applicable_reason="case
                when coalesce(recent_tickets, 0) = 0 then 'nothing_recorded'
            end"
        ) }}
    from account_windows
    left join tickets using (account_id, score_month)
    where metric = 'escalated_ticket_rate'
)

select * from metric_rows
