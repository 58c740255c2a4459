"""Which scorecard scores an account and which override holds, in plain Python: an oracle again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.scoring_reference import Version

CONDITIONS = ("size_segment", "lifecycle_stage", "vertical", "region")
Segments = dict[str, str]


@dataclass(frozen=True)
class ScorecardVersion:
    """One row of seeds/scorecards.csv, with everything that belongs to it as `rules`."""

    scorecard: str
    version: str
    use_case: str
    effective_from: date
    effective_to: date | None
    priority: int
    conditions: Segments
    rules: Version

    @property
    def key(self) -> tuple[str, str]:
        return self.scorecard, self.version


@dataclass(frozen=True)
class Override:
    """A band that a CSM set."""

    created_at: datetime
    band: str
    expires_on: date | None
    is_deleted: bool = False

    @property
    def holds_until(self) -> date:
        limit = self.created_at.date() + timedelta(days=30)
        return min(self.expires_on or limit, limit)


def last_month_exclusive(version: ScorecardVersion, versions: list[ScorecardVersion]) -> date:
    """The month from which a version no longer holds: its own end, or its scorecard's next one."""
    later = [
        other.effective_from
        for other in versions
        if other.scorecard == version.scorecard and other.effective_from > version.effective_from
    ]
    return version.effective_to or min(later, default=date.max)


def assigned(
    versions: list[ScorecardVersion], use_case: str, month: date, segments: Segments
) -> ScorecardVersion | None:
    """The version that scores an account with these segments in a month."""
    matching = [
        version
        for version in versions
        if version.use_case == use_case
        and all(segments[name] == value for name, value in version.conditions.items())
        and version.effective_from <= month < last_month_exclusive(version, versions)
    ]
    return min(matching, key=lambda v: (-len(v.conditions), v.priority), default=None)


def override_at(overrides: list[Override], instant: datetime) -> Override | None:
    """The override that holds at the as-of instant."""
    day_before = (instant - timedelta(days=1)).date()
    holding = [
        override
        for override in overrides
        if override.created_at < instant
        and not override.is_deleted
        and override.holds_until >= day_before
    ]
    return max(holding, key=lambda override: override.created_at, default=None)


def grade(score: float, borders: dict[str, float]) -> str:
    """The grade of a score, from the borders of seeds/health_grades.csv."""
    reached = [name for name, border in borders.items() if round(score, 9) >= border]
    return max(reached, key=lambda name: borders[name])
