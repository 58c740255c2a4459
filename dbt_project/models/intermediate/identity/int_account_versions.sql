with snapshots as (
    select * from {{ ref('snp_salesforce__accounts') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

logged_versions as (
    select * from {{ ref('int_account_logged_versions') }}
),

coverage as (
    select * from {{ ref('int_account_log_coverage') }}
),

told_since as (
    select
        {% for fact in account_log_facts() %}
            max(case when fact = '{{ fact }}' then told_since end)
                as {{ fact }},
        {% endfor %}
        count(*) as facts_told
    from coverage
),

numbered as (
    select
        snapshots.*,
        snapshots.csm_id as named_csm_id,
        row_number() over (
            partition by snapshots.account_id
            order by snapshots.dbt_valid_from nulls last
        ) as version_number
    from snapshots
    inner join accounts
        on snapshots.account_id = accounts.account_id
),

versions as (
    select
        account_id,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_until,
        {% for fact in account_log_facts() %}
            true as is_{{ fact }}_recorded,
        {% endfor %}
        {% for column, _, _ in account_log_fields() %}
            {{ column }},
        {% endfor %}
        account_type,
        parent_account_id,
        customer_since,
        created_at
    from numbered

    union all

    -- Before the first version: what the log tells, else the earliest known value.
    select
        numbered.account_id,
        logged_versions.valid_from,
        logged_versions.valid_until,
        {% for fact in account_log_facts() %}
            coalesce(logged_versions.valid_from >= told_since.{{ fact }}, false)
                as is_{{ fact }}_recorded,
        {% endfor %}
        {% for column, _, type in account_log_fields() %}
            case
                when logged_versions.has_{{ column }}
                    then {{ dbt.safe_cast('logged_versions.' ~ column, type) }}
                else numbered.{{ column }}
            end as {{ column }},
        {% endfor %}
        numbered.account_type,
        numbered.parent_account_id,
        numbered.customer_since,
        numbered.created_at
    from numbered
    inner join logged_versions
        on numbered.account_id = logged_versions.account_id
    cross join told_since
    where numbered.version_number = 1
),

final as (
    select
        *,
        case when is_attributes_recorded then 'recorded' else 'current' end
            as attribute_basis,
        case when is_stage_recorded then 'recorded' else 'current' end
            as crm_stage_basis,
        coalesce(named_csm_id, owner_id) as csm_id
    from versions
)

select * from final
