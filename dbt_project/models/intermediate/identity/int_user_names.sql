with versions as (
    select * from {{ ref('snp_salesforce__users') }}
),

numbered as (
    select
        user_id,
        user_name,
        dbt_valid_from,
        dbt_valid_to,
        row_number() over (
            partition by user_id
            order by dbt_valid_from nulls last
        ) as version_number
    from versions
),

final as (
    select
        user_id,
        user_name,
        case
            when version_number = 1 then cast('1970-01-01' as timestamp)
            else dbt_valid_from
        end as valid_from,
        dbt_valid_to as valid_until
    from numbered
)

select * from final
