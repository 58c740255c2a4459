{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_checked_months') }}
    where is_newest
),

mapped_accounts as (
    select
        *,
        cast(mapped_accounts as double) / accounts as share_of_accounts,
        mapped_mrr_reporting / nullif(mrr_reporting, 0) as share_of_mrr
    from {{ ref('int_mapped_accounts_monthly') }}
),

-- Without any MRR the accounts speak for it.
shares as (
    select
        current_month.score_month,
        current_month.source,
        current_month.accounts,
        current_month.mapped_accounts,
        current_month.share_of_accounts,
        coalesce(current_month.share_of_mrr, current_month.share_of_accounts)
            as share_of_mrr,
        months.compared_month,
        before.share_of_accounts as accounts_before,
        coalesce(before.share_of_mrr, before.share_of_accounts) as mrr_before
    from months
    inner join mapped_accounts as current_month
        on months.score_month = current_month.score_month
    left join mapped_accounts as before
        on
            months.compared_month = before.score_month
            and current_month.source = before.source
),

unusual as (
    select * from shares
    where
        accounts >= {{ var('checks').min_accounts }}
        and (
            {{ as_compared('least(share_of_accounts, share_of_mrr)') }}
            < {{ var('checks').mapped_share_from }}
            or {{ as_compared('accounts_before - share_of_accounts') }}
            > {{ var('checks').mapped_fall }}
            or {{ as_compared('mrr_before - share_of_mrr') }}
            > {{ var('checks').mapped_fall }}
        )
),

final as (
    select
        'accounts_mapped' as check_name,
        'warn' as severity,
        score_month,
        source as subject,
        {{ percent_as_text('share_of_accounts') }} || ' of the accounts ('
        || mapped_accounts || ' of ' || accounts || ') and '
        || {{ percent_as_text('share_of_mrr') }} || ' of their MRR have a record there.'
            as found,
        'At least ' || {{ percent_as_text(var('checks').mapped_share_from) }}
        || coalesce(
            ', and in ' || {{ month_as_text('compared_month') }} || ' '
            || {{ percent_as_text('accounts_before') }} || ' and '
            || {{ percent_as_text('mrr_before') }},
            ''
        ) || '.' as usual,
        'Mend what audit.unmapped_records lists of ' || source
        || ', in the system itself or by hand in seeds/account_links.csv.'
            as what_to_do
    from unusual
)

select * from final
