{{ config(materialized='replace_months') }}

with account_windows as (
    {{ account_windows('relationship') }}
),

key_contacts as (
    select * from {{ ref('int_contacts_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and role_type in (
            'champion', 'executive_sponsor', 'administrator', 'power_user'
        )
),

engaged_people as (
    select * from {{ ref('int_engaged_people_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

judgements as (
    select * from {{ ref('int_latest_judgements_monthly') }}
    where
        score_month between {{ batch_start() }} and {{ batch_end() }}
        and judgement = 'relationship_depth'
),

metric_rows as (
    select
        {{ metric_columns(
            value="count(distinct case when is_present then role_type end)",
            value_basis="coalesce(min(case when is_present then value_basis end), 'recorded')"
        ) }}
    from account_windows
    left join key_contacts using (account_id, score_month)
    where metric = 'key_roles_mapped'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(value="count(distinct case
            when (left_at >= window_starts_at and left_at < window_ends_at)
                or (first_bounced_at >= window_starts_at and first_bounced_at < window_ends_at)
                then person_key
        end)", value_basis="coalesce(min(value_basis), 'recorded')") }}
    from account_windows
    left join key_contacts using (account_id, score_month)
    where metric = 'key_contacts_lost'
    group by account_id, score_month, metric

    union all

    select
        {{ metric_columns(value="coalesce("
            ~ whole_days("max(case when is_main_contact then engaged_at end)", "as_of")
            ~ ", days_since_first_paid)") }}
    from account_windows
    left join engaged_people using (account_id, score_month, metric)
    where metric = 'days_since_main_contact'
    group by account_id, score_month, metric, as_of, days_since_first_paid

    union all

    {% for metric, counted in {
        'contacts_engaged': 'person_key',
        'seniority_levels_engaged': 'seniority',
        'own_functions_engaged': 'own_function'
    }.items() %}
        select
            {{ metric_columns(value="count(distinct " ~ counted ~ ")") }}
        from account_windows
        left join engaged_people using (account_id, score_month, metric)
        where metric = '{{ metric }}'
        group by account_id, score_month, metric

        union all
    {% endfor %}

    select
        {{ metric_columns(
            value="rating",
            denominator="case when rating is not null then 1 end",
            observed_at="judged_at",
            value_basis="value_basis"
        ) }}
    from account_windows
    left join judgements using (account_id, score_month)
    where metric = 'relationship_depth'
)

select * from metric_rows
