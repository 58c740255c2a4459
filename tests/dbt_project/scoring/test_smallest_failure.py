"""A failure of hundreds of random scorecards is read in the smallest of its accounts."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.assignment_reference import ScorecardVersion
from tests.dbt_project.scoring.scored_inputs import ScoredInputs
from tests.dbt_project.scoring.smallest_failure import Wrong, expect_none
from tests.scoring_reference import ScorecardMetric, Version

MONTHS = [date(2026, 3, 1), date(2026, 4, 1)]
SEGMENTS = {"size_segment": "small", "lifecycle_stage": "trial", "vertical": "v", "region": "emea"}


@pytest.fixture
def inputs() -> ScoredInputs:
    seats = ScorecardMetric("seat_utilisation_rate", "usage", 100, 0, 1, is_critical=True)
    rules = Version({"usage": 100}, {seats.metric: seats})
    version = ScorecardVersion("s", "1", "retention", MONTHS[0], None, 100, {}, rules)
    keys = [("long", MONTHS[0]), ("long", MONTHS[1]), ("short", MONTHS[1])]
    return ScoredInputs(
        [version],
        {key: {seats.metric: ("observed", 0.5), "nps_score": ("unmapped", None)} for key in keys},
        dict.fromkeys(keys, SEGMENTS),
        {key: datetime(2026, 5, 1) for key in keys},
        {},
    )


def test_the_account_with_the_least_to_read_is_shown_with_scorecard_and_inputs(
    inputs: ScoredInputs,
) -> None:
    wrong = [Wrong((name, MONTHS[1]), "health_score", 49.0, 50.0) for name in ("long", "short")]

    with pytest.raises(pytest.fail.Exception) as failure:
        expect_none(inputs, wrong)

    assert str(failure.value).splitlines() == [
        "2 values of 2 account months differ from the reference. The smallest: short in 2026-04",
        "    health_score is 49.0, expected 50.0",
        "scorecard s version 1: retention, weighted, 2026-03 to open, {}, priority 100, "
        "borders 50 and 75, margin 3, coverage 0.6, groups 2",
        "    usage 100",
        "        seat_utilisation_rate 100: 0 to 1, critical",
        "2026-04 (small, trial, v, emea), scored by s/1:",
        "    seat_utilisation_rate observed 0.5",
    ]


def test_nothing_wrong_is_no_failure(inputs: ScoredInputs) -> None:
    expect_none(inputs, [])
