{{ config(materialized='replace_months') }}

{#- <vendor>.<resource>: when its rows happened -#}
{%- set instants = {
    'salesforce.tasks': 'completed_at',
    'salesforce.events': 'started_at',
    'salesforce.email_messages': 'sent_at',
    'salesforce.outreach': 'sent_at',
    'salesforce.csm_sentiments': 'created_at',
    'zendesk.tickets': 'created_at',
    'zendesk.ticket_events': 'created_at',
    'zendesk.satisfaction_ratings': 'created_at',
    'recurly.invoices': 'created_at',
    'recurly.line_items': 'created_at',
    'recurly.transactions': 'created_at',
} %}
{%- set by_day = ['pendo.events', 'pendo.feature_events', 'pendo.track_events'] %}

with

-- Only an ended month has all its rows.
months as (
    select * from {{ ref('int_score_months') }}
    where
        not is_provisional
        and score_month between {{ batch_start() }} and {{ batch_end() }}
),

accounts as (
    select
        score_month,
        count(*) as accounts
    from {{ ref('int_account_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
    group by score_month
),

watermarks as (
    select
        *,
        {{ dbt.concat(['source', "'.'", 'resource']) }} as subject
    from {{ ref('int_load_watermarks') }}
    where complete_through is not null
),

days as (
    select
        day_ms,
        cast({{ dbt.date_trunc('month', 'activity_date') }} as date) as score_month
    from {{ ref('int_product_days') }}
),

counted as (
    {% for resource, instant in instants.items() %}
        select
            '{{ resource }}' as subject,
            months.score_month,
            count(*) as row_count
        from {{ ref('stg_' ~ resource | replace('.', '__')) }} as resources
        inner join months
            on
                resources.{{ instant }} >= months.month_starts_at
                and resources.{{ instant }} < months.month_ends_at
        group by months.score_month

        union all
    {% endfor %}
    {% for resource in by_day %}
        select
            '{{ resource }}' as subject,
            months.score_month,
            count(*) as row_count
        from {{ ref('stg_' ~ resource | replace('.', '__')) }} as resources
        inner join days on resources.day_ms = days.day_ms
        inner join months on days.score_month = months.score_month
        group by months.score_month
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- A month that the load does not cover whole is no lack of rows: sources_fresh tells.
final as (
    select
        months.score_month,
        watermarks.source,
        watermarks.resource,
        accounts.accounts,
        coalesce(counted.row_count, 0) as row_count
    from months
    inner join accounts on months.score_month = accounts.score_month
    inner join watermarks
        on
            months.month_starts_at >= watermarks.complete_from
            and months.month_ends_at <= watermarks.complete_through
    left join counted
        on
            months.score_month = counted.score_month
            and watermarks.subject = counted.subject
    where watermarks.subject in (
        {%- for resource in instants.keys() | list + by_day %}
            '{{ resource }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
)

select * from final
