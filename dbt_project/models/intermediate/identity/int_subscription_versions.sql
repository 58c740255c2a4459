with versions as (
    select * from {{ ref('snp_recurly__subscriptions') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by subscription_id
            order by dbt_valid_from nulls last
        ) as version_number
    from versions
),

final as (
    select
        subscription_id,
        case
            when version_number = 1 then cast('1970-01-01' as timestamp)
            else dbt_valid_from
        end as valid_from,
        dbt_valid_to as valid_until,
        plan_code,
        unit_amount,
        quantity,
        currency,
        current_term_started_at,
        current_term_ends_at
    from numbered
)

select * from final
