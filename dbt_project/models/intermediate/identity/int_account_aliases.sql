-- A merged account points to the one it was merged into, which may have been
-- merged itself. Every hop doubles the distance already covered: 4 of them
-- follow up to 16 merges, and a cycle of deleted records never arrives at a
-- surviving account.
{% set hops = 4 %}

with accounts as (
    select * from {{ ref('stg_salesforce__accounts') }}
),

own_domains as (
    select * from {{ ref('own_domains') }}
),

hop_0 as (
    select
        account_id as alias_id,
        case when is_deleted then master_account_id else account_id end as target_id
    from accounts
),

{% for hop in range(hops) %}
    hop_{{ hop + 1 }} as (
        select
            near.alias_id,
            far.target_id
        from hop_{{ hop }} as near
        inner join hop_{{ hop }} as far
            on near.target_id = far.alias_id
    ),
{% endfor %}

survivors as (
    select
        account_id,
        coalesce(
            lower(trim(account_type)) = 'test'
            or registrable_domain in (select lower(domain) from own_domains),
            false
        ) as is_test
    from accounts
    where not is_deleted
),

final as (
    select
        hop_{{ hops }}.alias_id,
        survivors.account_id,
        survivors.is_test
    from hop_{{ hops }}
    inner join survivors
        on hop_{{ hops }}.target_id = survivors.account_id
)

select * from final
