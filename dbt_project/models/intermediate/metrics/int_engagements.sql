with calls as (
    select * from {{ ref('int_calls') }}
),

meetings as (
    select * from {{ ref('int_meetings') }}
),

webinars as (
    select * from {{ ref('int_attended_webinars') }}
),

emails as (
    select * from {{ ref('int_customer_emails') }}
),

outreach as (
    select * from {{ ref('int_outreach') }}
    where answered_at is not null
),

customer_contacts as (
    select * from {{ ref('stg_salesforce__contacts') }}
    where not is_excluded
),

accounts as (
    select * from {{ ref('int_account_aliases') }}
    where not is_test
),

activities as (
    {% for method in ['call', 'meeting', 'email'] %}
        select
            '{{ method }}' as method,
            account_id,
            contact_id,
            user_id,
            engaged_at
        from {{ method }}s

        union all
    {% endfor %}

    select
        'webinar' as method,
        null as account_id,
        contact_id,
        cast(null as {{ dbt.type_string() }}) as user_id,
        engaged_at
    from webinars

    union all

    select
        'message' as method,
        account_id,
        contact_id,
        user_id,
        answered_at as engaged_at
    from outreach
),

-- The account is the one the activity was about, else the contact's own.
final as (
    select distinct
        coalesce(about.account_id, home.account_id) as account_id,
        activities.method,
        customer_contacts.person_key,
        coalesce(activities.user_id, '') as user_id,
        activities.engaged_at,
        {{ dbt.concat([
            'activities.method', "' '", 'cast(cast(activities.engaged_at as date) as '
            ~ dbt.type_string() ~ ')'
        ]) }} as method_and_day
    from activities
    inner join customer_contacts
        on activities.contact_id = customer_contacts.contact_id
    left join accounts as about
        on activities.account_id = about.alias_id
    left join accounts as home
        on customer_contacts.account_id = home.alias_id
    where coalesce(about.account_id, home.account_id) is not null
)

select * from final
