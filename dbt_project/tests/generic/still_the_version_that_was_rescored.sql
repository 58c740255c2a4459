{# The rows of a re-scored version are those that its series was made from. #}
{% test still_the_version_that_was_rescored(model, column_name) %}
    select
        rescorings.scorecard,
        rescorings.scorecard_version,
        'scorecards.csv: ' || rescorings.scorecard || ' version '
        || rescorings.scorecard_version || ' was edited or removed after it was re-scored; '
        || 'its re-scored series goes no further. Run make rescore for it again.' as message
    from {{ model }} as rescorings
    left join {{ ref('int_scorecard_hashes') }} as hashes
        on
            rescorings.scorecard = hashes.scorecard
            and rescorings.scorecard_version = hashes.scorecard_version
    where coalesce(hashes.version_hash, '') <> rescorings.{{ column_name }}
{% endtest %}
