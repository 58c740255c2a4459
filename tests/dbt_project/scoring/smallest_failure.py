"""Of many scores that differ from the reference, the one that is read fastest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.assignment_reference import ScorecardVersion, assigned
from tests.dbt_project.scoring.scored_inputs import Key, ScoredInputs

USE_CASES = ("retention", "adoption", "expansion")


@dataclass(frozen=True)
class Wrong:
    """A value of an account and month that is not what the reference says."""

    key: Key
    column: str
    found: Any
    expected: Any


def versions_of(inputs: ScoredInputs, key: Key) -> list[ScorecardVersion]:
    """The versions that score the account in the month, one per use case."""
    found = (
        assigned(inputs.scorecards, use_case, key[1], inputs.segments[key])
        for use_case in USE_CASES
    )
    return [version for version in found if version]


def months_until(inputs: ScoredInputs, key: Key) -> list[Key]:
    return sorted(other for other in inputs.segments if other[0] == key[0] and other[1] <= key[1])


def size(inputs: ScoredInputs, key: Key) -> int:
    """How much there is to read: months so far, times metrics and caps of the versions."""
    rules = [version.rules for version in versions_of(inputs, key)]
    return len(months_until(inputs, key)) * sum(len(r.metrics) + len(r.caps) for r in rules)


def expect_none(inputs: ScoredInputs, wrong: list[Wrong]) -> None:
    """Fail with the smallest account, its scorecards and inputs, if anything is wrong."""
    if not wrong:
        return
    sizes = {key: size(inputs, key) for key in {w.key for w in wrong}}
    key = min(sizes, key=lambda k: (sizes[k], k))
    lines = [
        f"{len(wrong)} values of {len(sizes)} account months differ from the reference. "
        f"The smallest: {key[0]} in {key[1]:%Y-%m}",
        *(f"    {w.column} is {w.found}, expected {w.expected}" for w in wrong if w.key == key),
        *account_as_text(inputs, key),
    ]
    pytest.fail("\n".join(lines), pytrace=False)


def account_as_text(inputs: ScoredInputs, key: Key) -> list[str]:
    """Everything that the account's score of the month hangs on."""
    months = months_until(inputs, key)
    versions = {v.key: v for month in months for v in versions_of(inputs, month)}
    lines = [line for version in versions.values() for line in version_as_text(version)]
    listed = {metric for version in versions.values() for metric in version.rules.metrics}
    for month in months:
        names = ", ".join("/".join(v.key) for v in versions_of(inputs, month)) or "no scorecard"
        segments = ", ".join(inputs.segments[month].values())
        lines.append(f"{month[1]:%Y-%m} ({segments}), scored by {names}:")
        lines += [
            f"    {metric} {state}" + ("" if value is None else f" {value!r}")
            for metric, (state, value) in inputs.values[month].items()
            if metric in listed
        ]
    return lines + [f"override {override}" for override in inputs.overrides.get(key[0], [])]


def version_as_text(version: ScorecardVersion) -> list[str]:
    rules = version.rules
    end = f"{version.effective_to:%Y-%m}" if version.effective_to else "open"
    lines = [
        f"scorecard {version.scorecard} version {version.version}: {version.use_case}, "
        f"{rules.method}, {version.effective_from:%Y-%m} to {end}, {version.conditions}, "
        f"priority {version.priority}, borders {rules.yellow_from} and {rules.green_from}, "
        f"margin {rules.band_margin}, coverage {rules.min_coverage}, groups {rules.min_groups}"
    ]
    for group, weight in rules.group_weights.items():
        lines.append(f"    {group} {weight}")
        lines += [
            f"        {m.metric} {m.metric_weight}: {m.worst_value} to {m.best_value}"
            + ("" if m.target_value is None else f", target {m.target_value}")
            + (", critical" if m.is_critical else "")
            for m in rules.metrics.values()
            if m.metric_group == group
        ]
    return lines + [
        f"    at most {cap.max_health_score} where {cap.metric} scores below {cap.below_score}"
        for cap in rules.caps
    ]
