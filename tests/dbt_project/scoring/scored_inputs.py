"""What a scored warehouse was scored from, read back in the shapes of the references."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tests.assignment_reference import CONDITIONS, Override, ScorecardVersion, Segments
from tests.dbt_project.dbt_command import DbtFolder
from tests.scoring_reference import Cap, ScorecardMetric, Version

Key = tuple[str, date]
Values = dict[str, tuple[str, float | None]]


@dataclass(frozen=True)
class ScoredInputs:
    """Everything that decides about scores."""

    scorecards: list[ScorecardVersion]
    values: dict[Key, Values]
    segments: dict[Key, Segments]
    instants: dict[Key, datetime]
    overrides: dict[str, list[Override]]

    @cached_property
    def rules(self) -> dict[tuple[str, str], Version]:
        """(scorecard, version) -> its rules."""
        return {version.key: version.rules for version in self.scorecards}


def read_inputs(folder: DbtFolder) -> ScoredInputs:
    values: dict[Key, Values] = defaultdict(dict)
    for account_id, month, metric, state, value in folder.rows(
        "select account_id, score_month, metric, value_state, value "
        "from intermediate.int_metric_values_monthly"
    ):
        values[account_id, month][metric] = (state, value)
    segments, instants = {}, {}
    for account_id, month, as_of, *words in folder.rows(
        f"select account_id, score_month, as_of, {', '.join(CONDITIONS)} "
        "from intermediate.int_account_months"
    ):
        segments[account_id, month] = dict(zip(CONDITIONS, words, strict=True))
        instants[account_id, month] = as_of
    overrides: dict[str, list[Override]] = defaultdict(list)
    for account_id, *override in folder.rows(
        "select account_id, created_at, band, expires_on, is_deleted "
        "from staging.stg_salesforce__health_overrides"
    ):
        overrides[account_id].append(Override(*override))
    return ScoredInputs(read_scorecards(folder), dict(values), segments, instants, overrides)


def read_scorecards(folder: DbtFolder) -> list[ScorecardVersion]:
    groups: dict[Any, dict[str, float]] = defaultdict(dict)
    metrics: dict[Any, dict[str, ScorecardMetric]] = defaultdict(dict)
    caps: dict[Any, tuple[Cap, ...]] = defaultdict(tuple)
    for *key, group, weight in folder.rows("from reference.scorecard_groups"):
        groups[tuple(key)][group] = weight
    for scorecard, version, *metric in folder.rows(
        "select scorecard, version, metric, metric_group, metric_weight, worst_value, best_value, "
        "target_value, is_critical "
        "from reference.scorecard_metrics join reference.metrics using (metric)"
    ):
        metrics[scorecard, version][metric[0]] = ScorecardMetric(*metric)
    for scorecard, version, *cap in folder.rows(
        "select scorecard, version, metric, below_score, max_health_score "
        "from reference.scorecard_caps"
    ):
        caps[scorecard, version] += (Cap(*cap),)
    found = []
    for scorecard, version, use_case, method, start, end, priority, *rest in folder.rows(
        "select scorecard, version, use_case, method, effective_from, effective_to, priority, "
        "yellow_from, green_from, band_margin, min_coverage, min_groups, "
        f"{', '.join(CONDITIONS)} from reference.scorecards"
    ):
        key = (scorecard, version)
        rules = Version(groups[key], metrics[key], *rest[:5], caps=caps[key], method=method)
        conditions = {name: word for name, word in zip(CONDITIONS, rest[5:], strict=True) if word}
        found.append(
            ScorecardVersion(scorecard, version, use_case, start, end, priority, conditions, rules)
        )
    return found
