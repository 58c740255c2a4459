with

scorecards as (
    select * from {{ ref('scorecards') }}
),

versions as (
    select * from {{ ref('int_scorecard_versions') }}
),

hashes as (
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
        hashes.version_hash
    from scorecards
    inner join versions
        on
            scorecards.scorecard = versions.scorecard
            and scorecards.version = versions.scorecard_version
    inner join hashes
        on
            scorecards.scorecard = hashes.scorecard
            and scorecards.version = hashes.scorecard_version
)

select * from final
