with history as (
    select * from {{ ref('stg_salesforce__account_history') }}
),

tracked_fields as (
    select
        field,
        min(changed_at) as tracked_since
    from history
    group by field
),

facts as (
    {% for fact, fields in account_log_facts().items() %}
        select
            '{{ fact }}' as fact,
            count(*) as tracked,
            {{ fields | length }} as needed,
            max(tracked_since) as told_since
        from tracked_fields
        where
            field in (
                {%- for field in fields %}
                    '{{ field }}'{{ ',' if not loop.last }}
                {%- endfor %}
            )
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

final as (
    select
        fact,
        told_since
    from facts
    where tracked = needed
)

select * from final
