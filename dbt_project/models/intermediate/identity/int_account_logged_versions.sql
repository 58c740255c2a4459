with history as (
    select * from {{ ref('stg_salesforce__account_history') }}
),

coverage as (
    select * from {{ ref('int_account_log_coverage') }}
),

first_versions as (
    select
        account_id,
        min(dbt_valid_from) as first_valid_from
    from {{ ref('snp_salesforce__accounts') }}
    group by account_id
),

changes as (
    select
        history.account_id,
        history.field,
        history.old_value,
        history.changed_at,
        lag(history.changed_at) over (
            partition by history.account_id, history.field
            order by
                history.changed_at nulls last,
                history.account_history_id nulls last
        ) as previously_changed_at
    from history
    inner join first_versions
        on
            history.account_id = first_versions.account_id
            and history.changed_at <= first_versions.first_valid_from
),

moments as (
    select
        account_id,
        changed_at as moment
    from changes

    union

    select
        account_id,
        first_valid_from as moment
    from first_versions

    union

    select
        first_versions.account_id,
        coverage.told_since as moment
    from first_versions
    inner join coverage
        on first_versions.first_valid_from > coverage.told_since
),

stretches as (
    select
        account_id,
        coalesce(
            lag(moment) over (partition by account_id order by moment nulls last),
            cast('1970-01-01' as timestamp)
        ) as valid_from,
        moment as valid_until
    from moments
),

-- The value in a stretch is what the first change at or after its end replaced.
final as (
    select
        stretches.account_id,
        stretches.valid_from,
        stretches.valid_until,
        {% for column, field, _ in account_log_fields() %}
            max(case when changes.field = '{{ field }}' then 1 else 0 end) = 1
                as has_{{ column }},
            max(case when changes.field = '{{ field }}' then changes.old_value end)
                as {{ column }},
        {% endfor %}
        count(changes.field) as fields_told
    from stretches
    left join changes
        on
            stretches.account_id = changes.account_id
            and stretches.valid_until <= changes.changed_at
            and coalesce(stretches.valid_until > changes.previously_changed_at, true)
    group by stretches.account_id, stretches.valid_from, stretches.valid_until
)

select * from final
