with aliases as (
    select * from {{ ref('int_account_aliases') }}
),

account_history as (
    select * from {{ ref('stg_salesforce__account_history') }}
    where field = 'CSM__c'
),

stated as (
    select
        sentiments.*,
        aliases.account_id as surviving_account_id
    from {{ ref('stg_salesforce__csm_sentiments') }} as sentiments
    inner join aliases
        on sentiments.account_id = aliases.alias_id
    where not sentiments.is_deleted
),

judgements as (
    {% for judgement in ['outlook', 'relationship_depth'] %}
        select
            '{{ judgement }}' as judgement,
            surviving_account_id as account_id,
            csm_sentiment_id,
            {{ judgement }} as rating,
            created_by_id,
            created_at,
            updated_at
        from stated
        where {{ judgement }} between 1 and 5
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- Every hand-over that a version of the account tells of, or the CRM's log of changes,
-- with the manager it went to.
hand_overs as (
    select
        aliases.account_id,
        coalesce(versions.csm_id, versions.owner_id) as csm_id,
        versions.csm_since
    from {{ ref('snp_salesforce__accounts') }} as versions
    inner join aliases
        on versions.account_id = aliases.alias_id
    where versions.csm_since is not null

    union

    select
        aliases.account_id,
        account_history.new_value as csm_id,
        cast(account_history.changed_at as date) as csm_since
    from account_history
    inner join aliases
        on account_history.account_id = aliases.alias_id
    where account_history.new_value is not null
),

-- A predecessor's outlook holds for 14 more days.
final as (
    select
        judgements.account_id,
        judgements.judgement,
        judgements.csm_sentiment_id,
        judgements.rating,
        judgements.created_at,
        judgements.updated_at,
        min({{ dbt.dateadd('day', 14, 'cast(hand_overs.csm_since as timestamp)') }})
            as stale_from
    from judgements
    left join hand_overs
        on
            judgements.account_id = hand_overs.account_id
            and judgements.judgement = 'outlook'
            and judgements.created_by_id <> hand_overs.csm_id
            and judgements.created_at < hand_overs.csm_since
    group by
        judgements.account_id,
        judgements.judgement,
        judgements.csm_sentiment_id,
        judgements.rating,
        judgements.created_at,
        judgements.updated_at
)

select * from final
