with snapshots as (
    select
        *,
        row_number() over (
            partition by contact_id
            order by dbt_valid_from nulls last
        ) as version_number
    from {{ ref('snp_salesforce__contacts') }}
),

logged_versions as (
    select * from {{ ref('int_contact_logged_versions') }}
),

final as (
    select
        contact_id,
        dbt_valid_from as valid_from,
        dbt_valid_to as valid_until,
        'recorded' as value_basis,
        account_id,
        master_contact_id,
        person_key,
        title,
        role_type,
        seniority,
        left_on,
        is_email_bounced,
        email_bounced_at,
        is_deleted,
        is_excluded,
        created_at,
        dbt_valid_from as changed_at
    from snapshots

    union all

    select
        snapshots.contact_id,
        logged_versions.valid_from,
        logged_versions.valid_until,
        case
            when logged_versions.is_role_recorded then 'recorded'
            else 'reconstructed'
        end as value_basis,
        case
            when logged_versions.has_account_id then logged_versions.account_id
            else snapshots.account_id
        end as account_id,
        snapshots.master_contact_id,
        snapshots.person_key,
        snapshots.title,
        case
            when logged_versions.has_role_type
                then {{ snake_case('logged_versions.role_type') }}
            else snapshots.role_type
        end as role_type,
        snapshots.seniority,
        snapshots.left_on,
        snapshots.is_email_bounced,
        snapshots.email_bounced_at,
        snapshots.is_deleted,
        snapshots.is_excluded,
        snapshots.created_at,
        snapshots.dbt_valid_from as changed_at
    from snapshots
    inner join logged_versions
        on snapshots.contact_id = logged_versions.contact_id
    where snapshots.version_number = 1
)

select * from final
