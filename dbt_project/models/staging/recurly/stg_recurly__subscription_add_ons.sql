with add_ons as (
    select * from {{ source('recurly', 'subscriptions__add_ons') }}
),

subscriptions as (
    select * from {{ source('recurly', 'subscriptions') }}
),

final as (
    select
        add_ons.id as subscription_add_on_id,
        subscriptions.id as subscription_id,
        add_ons.add_on__code as add_on_code,
        add_ons.quantity,
        add_ons.unit_amount,
        add_ons.expired_at
    from add_ons
    inner join subscriptions
        on add_ons._dlt_parent_id = subscriptions._dlt_id
)

select * from final
