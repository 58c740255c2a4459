{{ config(materialized='replace_months') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

versions as (
    select * from {{ ref('int_account_versions') }}
),

at_instant as (
    select
        months.score_month,
        months.as_of,
        versions.*
    from months
    inner join versions
        on
            versions.valid_from < months.as_of
            and coalesce(versions.valid_until >= months.as_of, true)
),

-- Where the version of that time is not known, the dates of the earliest one tell.
final as (
    select
        account_id,
        score_month,
        case when realised_value_on < as_of then realised_value end as realised_value,
        case
            when realised_value_on < as_of then cast(realised_value_on as timestamp)
        end as value_stated_at,
        case
            when reference_since < as_of
                then case when reference_until < as_of then 0 else 1 end
        end as is_reference,
        cast(
            case
                when reference_since < as_of and reference_until < as_of
                    then reference_until
                when reference_since < as_of then reference_since
            end as timestamp
        ) as reference_stated_at,
        case
            when is_realised_value_recorded and is_reference_recorded then 'recorded'
            else 'reconstructed'
        end as value_basis
    from at_instant
)

select * from final
