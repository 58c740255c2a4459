-- The life of a subscription, cut wherever anything about it changes.
with lives as (
    select * from {{ ref('int_subscription_lives') }}
),

charges as (
    select * from {{ ref('int_subscription_charges') }}
),

versions as (
    select * from {{ ref('int_subscription_versions') }}
),

add_ons as (
    select * from {{ ref('stg_recurly__subscription_add_ons') }}
),

borders as (
    select
        subscription_id,
        starts_at as border_at
    from charges

    union

    select
        subscription_id,
        ends_at as border_at
    from charges

    union

    select
        subscription_id,
        valid_from as border_at
    from versions

    union

    select
        subscription_id,
        expired_at as border_at
    from add_ons

    union

    select
        subscription_id,
        starts_at as border_at
    from lives

    union

    select
        subscription_id,
        expires_at as border_at
    from lives

    union

    select
        subscription_id,
        ends_at as border_at
    from lives
),

segments as (
    select
        lives.account_id,
        lives.subscription_id,
        lives.ends_at as life_ends_at,
        borders.border_at as starts_at,
        lead(borders.border_at) over (
            partition by lives.subscription_id
            order by borders.border_at nulls last
        ) as ends_at
    from lives
    inner join borders
        on
            lives.subscription_id = borders.subscription_id
            and borders.border_at >= lives.starts_at
            and (lives.ends_at is null or borders.border_at <= lives.ends_at)
),

final as (
    select
        account_id,
        subscription_id,
        starts_at,
        ends_at
    from segments
    where life_ends_at is null or starts_at < life_ends_at
)

select * from final
