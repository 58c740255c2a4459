{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

versions as (
    select
        *,
        min(dbt_valid_from) over (partition by user_id) as first_valid_from
    from {{ ref('snp_salesforce__users') }}
),

own_functions as (
    select
        own_function,
        {{ snake_case('department') }} as department
    from (
        select
            department,
            function as own_function
        from {{ ref('own_functions') }}
    ) as functions
),

-- The version valid at the as-of instant, before the first known one that one.
final as (
    select
        months.score_month,
        versions.user_id,
        own_functions.own_function
    from months
    inner join versions
        on
            (
                versions.dbt_valid_from < months.as_of
                and coalesce(versions.dbt_valid_to >= months.as_of, true)
            )
            or (
                versions.first_valid_from >= months.as_of
                and versions.dbt_valid_from = versions.first_valid_from
            )
    inner join own_functions
        on {{ snake_case('versions.department') }} = own_functions.department
)

select * from final
