{{ config(materialized='replace_months', batch='month') }}

with months as (
    select * from {{ ref('int_score_months') }}
    where score_month between {{ batch_start() }} and {{ batch_end() }}
),

versions as (
    select
        *,
        min(case
            when is_email_bounced then coalesce(email_bounced_at, changed_at)
        end) over (partition by contact_id) as first_bounced_at
    from {{ ref('int_contact_versions') }}
),

title_seniorities as (
    select * from {{ ref('int_title_seniorities') }}
),

accounts as (
    select * from {{ ref('int_account_aliases') }}
    where not is_test
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

-- Present: created, and not left, bounced or deleted before the instant. When a record
-- was deleted, only its last change tells; one that was merged lives on in another.
final as (
    select
        at_instant.score_month,
        accounts.account_id,
        at_instant.contact_id,
        at_instant.person_key,
        at_instant.role_type,
        case
            when at_instant.seniority in ('executive', 'management', 'practitioner')
                then at_instant.seniority
            else title_seniorities.seniority
        end as seniority,
        cast(at_instant.left_on as timestamp) as left_at,
        at_instant.first_bounced_at,
        case
            when at_instant.is_deleted and at_instant.changed_at < at_instant.as_of
                then false
            when at_instant.left_on < at_instant.as_of then false
            when at_instant.is_email_bounced
                then
                    coalesce(at_instant.email_bounced_at, at_instant.changed_at)
                    >= at_instant.as_of
            else true
        end as is_present,
        at_instant.value_basis
    from at_instant
    inner join accounts
        on at_instant.account_id = accounts.alias_id
    left join title_seniorities
        on at_instant.title = title_seniorities.title
    where
        at_instant.created_at < at_instant.as_of
        and not at_instant.is_excluded
        and not (
            at_instant.master_contact_id is not null
            and at_instant.changed_at < at_instant.as_of
        )
)

select * from final
