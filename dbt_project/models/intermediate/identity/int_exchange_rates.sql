with exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

final as (
    select
        currency,
        cast(valid_from as timestamp) as valid_from,
        cast(lead(valid_from) over (
            partition by currency
            order by valid_from nulls last
        ) as timestamp) as valid_until,
        rate_to_reporting
    from exchange_rates
)

select * from final
