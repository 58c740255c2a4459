with mapped_accounts as (
    select * from {{ ref('int_mapped_accounts_monthly') }}
),

final as (
    select
        score_month,
        source,
        accounts,
        mapped_accounts,
        {{ as_written('cast(mapped_accounts as double) / accounts') }} as mapped_share,
        mrr_reporting,
        mapped_mrr_reporting,
        {{ as_written('mapped_mrr_reporting / nullif(mrr_reporting, 0)') }}
            as mapped_mrr_share
    from mapped_accounts
)

select * from final
