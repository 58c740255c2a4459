{{ config(materialized='replace_months') }}

with subscriptions as (
    select * from {{ ref('int_subscriptions_monthly') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

contracts as (
    select * from {{ ref('int_subscriptions') }}
    where billing_source <> 'recurly'
),

versions as (
    select * from {{ ref('int_subscription_versions') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, score_month
            order by
                is_paid desc nulls last,
                mrr_reporting desc nulls last,
                subscription_id nulls last
        ) as size_rank
    from subscriptions
    where is_paid or is_in_trial
),

terms as (
    select
        ranked.account_id,
        ranked.score_month,
        ranked.as_of,
        coalesce(versions.current_term_ends_at, contracts.term_ends_at) as term_ends_at,
        greatest(1, coalesce({{ dbt.datediff(
            'versions.current_term_started_at', 'versions.current_term_ends_at', 'month'
        ) }}, 1)) as term_months,
        {{ dbt.datediff('ranked.as_of', 'versions.current_term_ends_at', 'month') }}
            as months_ahead
    from ranked
    left join versions
        on
            ranked.subscription_id = versions.subscription_id
            and versions.valid_from < ranked.as_of
            and (versions.valid_until is null or versions.valid_until >= ranked.as_of)
    left join contracts
        on ranked.subscription_id = contracts.subscription_id
    where ranked.size_rank = 1
),

-- An earlier term ended whole terms before the one that is known: the earliest
-- such end after T. Borders of months crossed may count a month too many, hence
-- the second guess one term later.
guesses as (
    select
        *,
        cast(floor(
            cast(greatest(coalesce(months_ahead, 0), 0) as double)
            / term_months
        ) as integer) * term_months as months_back
    from terms
),

ends as (
    select
        account_id,
        score_month,
        as_of,
        term_ends_at,
        {{ dbt.dateadd('month', '-months_back', 'term_ends_at') }} as first_guess,
        {{ dbt.dateadd('month', 'term_months - months_back', 'term_ends_at') }}
            as second_guess
    from guesses
),

final as (
    select
        account_id,
        score_month,
        cast(
            case
                when first_guess >= as_of then first_guess
                when second_guess <= term_ends_at then second_guess
                else term_ends_at
            end as date
        ) as renewal_date
    from ends
)

select * from final
