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

nps_answers as (
    select * from {{ ref('int_latest_nps_answers_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

ratings as (
    select * from {{ ref('int_latest_ratings_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

tickets as (
    select
        *,
        least(age_days, 30)
        * case when is_open then 1 else 0 end
        * case status when 'pending' then 0.5 else 1 end
        * case priority
            when 'urgent' then 4
            when 'high' then 2
            when 'low' then 0.5
            else 1
        end as severity,
        case when is_open then value_basis end as open_basis
    from {{ ref('int_support_tickets_monthly') }}
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
    left join judgements
        using (account_id, score_month)
    where metric = 'csm_sentiment'

    union all

    select
        {{ metric_columns(
            value="avg(score)",
            denominator="count(score)",
            observed_at="max(answered_at)"
        ) }}
    from account_windows
    left join nps_answers
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
    left join ratings
        using (account_id, score_month)
    where metric = 'csat_rate'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(
            value="coalesce(sum(severity), 0) / greatest(coalesce(seats, 0), 25) * 100",
            value_basis="coalesce(min(open_basis), 'recorded')",
            not_applicable_reason="case
                when count(ticket_id) = 0 then 'nothing_recorded'
            end"
        ) }}
    from account_windows
    left join tickets
        using (account_id, score_month)
    where metric = 'open_ticket_severity'
    group by account_id, score_month, metric, seats
)

select * from metric_rows
