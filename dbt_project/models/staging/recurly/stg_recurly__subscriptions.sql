with source as (
    select * from {{ source('recurly', 'subscriptions') }}
),

final as (
    select
        id as subscription_id,
        account__id as recurly_account_id,
        plan__id as plan_id,
        plan__code as plan_code,
        state,
        unit_amount,
        quantity,
        add_ons_total,
        subtotal,
        currency,
        current_period_started_at,
        current_period_ends_at,
        current_term_started_at,
        current_term_ends_at,
        trial_started_at as trial_starts_at,
        trial_ends_at,
        auto_renew as is_auto_renewed,
        activated_at,
        canceled_at,
        expires_at,
        expiration_reason,
        collection_method,
        created_at,
        updated_at
    from source
)

select * from final
