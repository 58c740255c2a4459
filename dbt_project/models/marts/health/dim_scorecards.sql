with

scorecards as (
    select * from {{ ref('scorecards') }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

version_hashes as (
    select * from {{ ref('int_scorecard_hashes') }}
),

final as (
    select
        scorecards.scorecard,
        scorecards.version as scorecard_version,
        scorecards.name,
        scorecards.description,
        scorecards.use_case,
        scorecards.method,
        versions.effective_from,
        versions.effective_to,
        scorecards.priority,
        scorecards.size_segment,
        scorecards.lifecycle_stage,
        scorecards.vertical,
        scorecards.region,
        scorecards.yellow_from,
        scorecards.green_from,
        scorecards.band_margin,
        scorecards.min_coverage,
        scorecards.min_groups,
        scorecards.change_note,
        version_hashes.version_hash
    from scorecards
    inner join versions
        on
            scorecards.scorecard = versions.scorecard
            and scorecards.version = versions.scorecard_version
    inner join version_hashes
        on
            scorecards.scorecard = version_hashes.scorecard
            and scorecards.version = version_hashes.scorecard_version
)

select * from final
