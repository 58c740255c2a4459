{%- set conditions = ['size_segment', 'lifecycle_stage', 'vertical', 'region'] -%}

with

versions as (
    select
        *,
        coalesce(effective_to, cast('9999-12-01' as date)) as ends_before
    from {{ ref('int_scorecard_versions') }}
),

-- Two versions tie where one account could match both in one month, and neither has
-- more conditions or the lower priority. Conditions that differ exclude each other.
ties as (
    select
        versions.scorecard,
        versions.scorecard_version,
        others.scorecard as other_scorecard,
        others.scorecard_version as other_version,
        versions.use_case
    from versions
    inner join versions as others
        on
            versions.use_case = others.use_case
            and versions.scorecard < others.scorecard
            and versions.condition_count = others.condition_count
            and versions.priority = others.priority
            and versions.effective_from < others.ends_before
            and others.effective_from < versions.ends_before
            {%- for condition in conditions %}
                and coalesce(versions.{{ condition }}, others.{{ condition }}, '')
                = coalesce(others.{{ condition }}, versions.{{ condition }}, '')
            {%- endfor %}
),

final as (
    select
        'scorecards.csv: ' || scorecard || ' version ' || scorecard_version
        || ' and ' || other_scorecard || ' version ' || other_version
        || ' could both score the same account for ' || use_case
        || ': give them different priorities or conditions' as problem
    from ties
)

select * from final
