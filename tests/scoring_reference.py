"""The rules of the score in plain Python, one account and month at a time: the oracle for the SQL.

Written from the specification alone and never from the models, for clarity and not for speed.
Shapes: a *metric value* is (value_state, value); a *version* is a `Version`; scores are 0..100.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

AVAILABLE_FROM_PERCENT = 40


@dataclass(frozen=True)
class ScorecardMetric:
    """One row of seeds/scorecard_metrics.csv, with the group from seeds/metrics.csv."""

    metric: str
    metric_group: str
    metric_weight: float
    worst_value: float
    best_value: float
    target_value: float | None = None
    is_critical: bool = False


@dataclass(frozen=True)
class Cap:
    """One row of seeds/scorecard_caps.csv."""

    metric: str
    below_score: float
    max_health_score: float


@dataclass(frozen=True)
class Version:
    """One scorecard version with its groups, metrics and caps."""

    group_weights: dict[str, float]
    metrics: dict[str, ScorecardMetric]
    yellow_from: float = 50
    green_from: float = 75
    band_margin: float = 3
    min_coverage: float = 0.60
    min_groups: int = 2
    caps: tuple[Cap, ...] = ()
    method: str = "weighted"


@dataclass
class Score:
    """What one account and month gets; NULL is None."""

    metric_scores: dict[str, float] = field(default_factory=dict)
    nominal: dict[str, float] = field(default_factory=dict)
    effective: dict[str, float] = field(default_factory=dict)
    contributions: dict[str, float] = field(default_factory=dict)
    group_scores: dict[str, float | None] = field(default_factory=dict)
    raw_score: float | None = None
    health_score: float | None = None
    cap_adjustment: float | None = None
    coverage: float = 0.0
    score_low: float = 0.0
    score_high: float = 100.0
    is_tentative: bool | None = None
    raw_band: str | None = None
    unknown_reason: str | None = None


def metric_score(metric: ScorecardMetric, value: float) -> float:
    share = (value - metric.worst_value) / (metric.best_value - metric.worst_value)
    return 100 * min(max(share, 0.0), 1.0)


def raw_band(score: float, version: Version) -> str:
    if round(score, 9) >= version.green_from:
        return "green"
    return "yellow" if round(score, 9) >= version.yellow_from else "red"


def score_account_month(values: dict[str, tuple[str, float | None]], version: Version) -> Score:
    """Score one account in one month.

    `values`: metric -> (value_state, value), for every metric of the catalogue.
    """
    result = Score()
    weighted = [m for m in version.metrics.values() if m.metric_weight > 0]
    applicable = [m for m in weighted if values[m.metric][0] != "not_applicable"]
    observed = {m.metric for m in version.metrics.values() if values[m.metric][0] == "observed"}
    for name in observed:
        result.metric_scores[name] = metric_score(version.metrics[name], values[name][1])

    available: dict[str, bool] = {}
    for group in version.group_weights:
        of_group = [m for m in applicable if m.metric_group == group]
        total = sum(m.metric_weight for m in of_group)
        seen = sum(m.metric_weight for m in of_group if m.metric in observed)
        available[group] = total > 0 and round(100 * seen, 9) >= round(
            AVAILABLE_FROM_PERCENT * total, 9
        )
        result.group_scores[group] = (
            sum(
                m.metric_weight * result.metric_scores[m.metric]
                for m in of_group
                if m.metric in observed
            )
            / seen
            if available[group]
            else None
        )

    weight = version.group_weights
    nominal_groups = {m.metric_group for m in applicable if weight.get(m.metric_group, 0) > 0}
    nominal_total = sum(weight[g] for g in nominal_groups)
    counting_groups = [g for g in weight if weight[g] > 0 and available[g]]
    effective_total = sum(weight[g] for g in counting_groups)
    for m in applicable:
        if m.metric_group not in nominal_groups:
            continue
        of_group = [a for a in applicable if a.metric_group == m.metric_group]
        group_total = sum(a.metric_weight for a in of_group)
        result.nominal[m.metric] = (
            weight[m.metric_group] / nominal_total * m.metric_weight / group_total
        )
        if m.metric in observed and m.metric_group in counting_groups:
            seen = sum(a.metric_weight for a in of_group if a.metric in observed)
            result.effective[m.metric] = (
                weight[m.metric_group] / effective_total * m.metric_weight / seen
            )
            result.contributions[m.metric] = (
                result.effective[m.metric] * result.metric_scores[m.metric]
            )

    counting = result.effective
    result.coverage = sum(result.nominal[m] for m in counting)
    result.raw_score = sum(result.contributions.values()) if counting else None
    result.score_low = sum(result.nominal[m] * result.metric_scores[m] for m in counting)
    result.score_high = result.score_low + 100 * (1 - result.coverage)
    if not observed & {m.metric for m in weighted}:
        result.unknown_reason = "nothing_observed"
    elif len(counting_groups) < version.min_groups:
        result.unknown_reason = "too_few_groups"
    elif round(result.coverage, 9) < version.min_coverage:
        result.unknown_reason = "low_coverage"
    else:
        most = min(
            (
                cap.max_health_score
                for cap in version.caps
                if cap.metric in observed
                and round(result.metric_scores[cap.metric], 9) < cap.below_score
            ),
            default=100.0,
        )
        result.health_score = min(result.raw_score, most)
        result.cap_adjustment = result.health_score - result.raw_score
        result.raw_band = raw_band(result.health_score, version)
        result.is_tentative = raw_band(min(result.score_low, most), version) != raw_band(
            min(result.score_high, most), version
        )
    return result


def rating(
    metric: ScorecardMetric, value: float, stage: str, cohort: list[tuple[str, float]]
) -> tuple[int, str] | None:
    """(rating, rating_cohort) of an observed value.

    `cohort`: (lifecycle stage, value) of every account of the month with an observed value.
    """
    of_stage = [other for its_stage, other in cohort if its_stage == stage]
    chosen, name = of_stage, stage
    if len(of_stage) < 5:
        chosen, name = [other for _, other in cohort], "all_stages"
    if len(chosen) < 5:
        return None
    average = math.fsum(chosen) / len(chosen)
    tolerance = 0.25 * abs(average)
    target = metric.best_value if metric.target_value is None else metric.target_value

    def at_or_better(border: float) -> bool:
        if metric.best_value < metric.worst_value:
            return round(value, 9) <= round(border, 9)
        return round(value, 9) >= round(border, 9)

    if at_or_better(target):
        return 2, name
    lower_is_better = metric.best_value < metric.worst_value
    return int(at_or_better(average + (tolerance if lower_is_better else -tolerance))), name


def overall_performance(version: Version, ratings: dict[str, int]) -> tuple[float | None, str]:
    """(mean rating, rating band) from the ratings of a version's metrics."""
    counted = [
        value
        for metric, value in ratings.items()
        if version.metrics[metric].metric_weight > 0
        and version.group_weights[version.metrics[metric].metric_group] > 0
    ]
    if len(counted) < 3:
        return None, "unknown"
    total, count = sum(counted), len(counted)
    return total / count, "red" if total < count else "green" if total > count else "yellow"


def watermelon_reasons(version: Version, score: Score) -> list[str]:
    """Why a green band is doubtful; nothing where it is not."""
    border = version.yellow_from
    reasons = [
        f"critical_metric {metric}"
        for metric in sorted(score.effective)
        if version.metrics[metric].is_critical and round(score.metric_scores[metric], 9) < border
    ]
    reasons += [
        f"weak_group {group}"
        for group, value in sorted(score.group_scores.items())
        if version.group_weights[group] >= 10 and value is not None and round(value, 9) < border
    ]
    return reasons + ["tentative_score"] * bool(score.is_tentative)


def latched_bands(
    months: Iterable[tuple[float | None, Version]],
) -> list[str]:
    """health_band of an account's scored months in order, from (health score or None, version)."""
    upper: bool | None = None
    lower: bool | None = None

    def latch(state: bool | None, score: float, border: float, margin: float) -> bool:
        score = round(score, 9)
        if state is None:
            return score >= border
        if score >= round(border + margin, 9):
            return True
        return False if score < round(border - margin, 9) else state

    bands = []
    for score, version in months:
        if score is None:
            bands.append("unknown")
            continue
        upper = latch(upper, score, version.green_from, version.band_margin)
        lower = latch(lower, score, version.yellow_from, version.band_margin)
        bands.append("green" if upper else "yellow" if lower else "red")
    return bands


@dataclass(frozen=True)
class Effect:
    """What one metric did to the score inside one bracket, in points."""

    value_effect: float
    weight_effect: float

    @property
    def points(self) -> float:
        return self.value_effect + self.weight_effect


def effects(before: Score, after: Score) -> dict[str, Effect]:
    """Per metric that counts on either side: value effect and weight effect."""
    mean_total = (before.raw_score + after.raw_score) / 2
    result = {}
    for metric in before.effective.keys() | after.effective.keys():
        a, b = before.effective.get(metric), after.effective.get(metric)
        scores = [s.metric_scores[metric] for s in (before, after) if metric in s.effective]
        both = a is not None and b is not None
        result[metric] = Effect(
            (a + b) / 2 * (scores[1] - scores[0]) if both else 0.0,
            (sum(scores) / len(scores) - mean_total) * ((b or 0.0) - (a or 0.0)),
        )
    return result


@dataclass(frozen=True)
class Change:
    """Why a score changed: the two brackets and the caps."""

    behaviour: dict[str, Effect]
    configuration: dict[str, Effect]
    caps: float

    def totals(self) -> dict[str, float]:
        return {
            "change_behaviour": sum(e.value_effect for e in self.behaviour.values()),
            "change_coverage": sum(e.weight_effect for e in self.behaviour.values()),
            "change_configuration": sum(e.points for e in self.configuration.values()),
            "change_caps": self.caps,
        }

    def drivers(self) -> dict[str, float]:
        """Metric -> points over both brackets."""
        metrics = self.behaviour.keys() | self.configuration.keys()
        none = Effect(0.0, 0.0)
        return {
            m: self.behaviour.get(m, none).points + self.configuration.get(m, none).points
            for m in metrics
        }


def change_between(
    values_before: dict[str, tuple[str, float | None]],
    version_before: Version,
    values_after: dict[str, tuple[str, float | None]],
    version_after: Version,
) -> Change | None:
    """The parts of the change from one month to the next; None where either has no score."""
    before = score_account_month(values_before, version_before)
    after = score_account_month(values_after, version_after)
    if before.health_score is None or after.health_score is None:
        return None
    between = score_account_month(values_after, version_before)
    caps = after.cap_adjustment - before.cap_adjustment
    if version_before == version_after:
        return Change(effects(before, after), {}, caps)
    if between.raw_score is None:
        return Change({}, effects(before, after), caps)
    return Change(effects(before, between), effects(between, after), caps)
