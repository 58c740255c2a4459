"""The scorecard versions of a scored warehouse, as the reference wants them."""

from __future__ import annotations

from collections import defaultdict

from tests.dbt_project.dbt_command import DbtFolder
from tests.scoring_reference import Cap, ScorecardMetric, Version


def versions_of(scored: DbtFolder) -> dict[tuple[str, str], Version]:
    """(scorecard, version) -> the version as the reference wants it."""
    groups: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    metrics: dict[tuple[str, str], dict[str, ScorecardMetric]] = defaultdict(dict)
    for scorecard, version, group, weight in scored.rows("from reference.scorecard_groups"):
        groups[scorecard, version][group] = weight
    for scorecard, version, *metric in scored.rows(
        "select scorecard, version, metric, metric_group, metric_weight, worst_value, best_value, "
        "target_value, is_critical "
        "from reference.scorecard_metrics join reference.metrics using (metric)"
    ):
        metrics[scorecard, version][metric[0]] = ScorecardMetric(*metric)
    caps: dict[tuple[str, str], tuple[Cap, ...]] = defaultdict(tuple)
    for scorecard, version, *cap in scored.rows(
        "select scorecard, version, metric, below_score, max_health_score "
        "from reference.scorecard_caps"
    ):
        caps[scorecard, version] += (Cap(*cap),)
    return {
        (key := (scorecard, version)): Version(
            groups[key], metrics[key], *rest, caps=caps[key], method=method
        )
        for scorecard, version, method, *rest in scored.rows(
            "select scorecard, version, method, yellow_from, green_from, band_margin, "
            "min_coverage, min_groups from reference.scorecards"
        )
    }
