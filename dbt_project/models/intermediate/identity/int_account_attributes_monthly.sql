{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

segments as (
    select * from {{ ref('int_account_segments') }}
),

first_paid_days as (
    select * from {{ ref('int_first_paid_days') }}
),

user_names as (
    select * from {{ ref('int_user_names') }}
),

known as (
    select
        segments.account_id,
        months.score_month,
        months.as_of,
        months.is_provisional,
        segments.account_name,
        segments.csm_id,
        segments.size_segment,
        segments.is_high_growth,
        segments.lifecycle_stage as crm_lifecycle_stage,
        segments.region,
        segments.vertical,
        segments.attribute_basis,
        segments.crm_stage_basis,
        least(
            coalesce(
                first_paid_days.first_paid_at,
                cast(segments.customer_since as timestamp)
            ),
            coalesce(
                cast(segments.customer_since as timestamp),
                first_paid_days.first_paid_at
            )
        ) as first_paid_at
    from months
    inner join segments
        on
            segments.valid_from < months.as_of
            and (segments.valid_until is null or segments.valid_until >= months.as_of)
    left join first_paid_days
        on segments.account_id = first_paid_days.account_id
),

final as (
    select
        known.account_id,
        known.score_month,
        known.as_of,
        known.is_provisional,
        known.account_name,
        known.csm_id,
        user_names.user_name as csm_name,
        known.size_segment,
        known.is_high_growth,
        known.crm_lifecycle_stage,
        known.region,
        known.vertical,
        known.attribute_basis,
        known.crm_stage_basis,
        case when known.first_paid_at < known.as_of then known.first_paid_at end
            as first_paid_at
    from known
    left join user_names
        on
            known.csm_id = user_names.user_id
            and user_names.valid_from < known.as_of
            and (
                user_names.valid_until is null or user_names.valid_until >= known.as_of
            )
)

select * from final
