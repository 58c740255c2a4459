"""What `make rescore` asks for, from what a person typed."""

from datetime import date

import pytest

from orchestration.rescore_command import plan_rescoring
from orchestration.rescoring import NEVER, Rescoring, rescore_tag, rescorings_of_tags

VERSIONS = {
    ("health", "1"): "retention",
    ("health", "2"): "retention",
    ("growth", "1"): "expansion",
}
SCORED = [date(2026, month, 1) for month in range(3, 12)]


def test_a_version_is_scored_from_the_month_given_to_the_newest() -> None:
    plan = plan_rescoring("health", "2", "2026-06", VERSIONS, SCORED, [])
    assert plan.request == Rescoring("health", "2", date(2026, 6, 1))
    assert (plan.months.start, plan.months.end) == (date(2026, 6, 1), date(2026, 11, 1))
    assert plan.use_case == "retention"


def test_without_a_month_all_scored_months_are_taken() -> None:
    assert plan_rescoring("growth", "1", None, VERSIONS, SCORED, []).months.start == SCORED[0]


def test_months_of_an_earlier_request_are_built_again_so_that_none_is_left_over() -> None:
    earlier = [
        Rescoring("health", "2", date(2026, 4, 1)),
        Rescoring("growth", "1", date(2026, 3, 1)),
    ]
    plan = plan_rescoring("health", "2", "2026-08", VERSIONS, SCORED, earlier)
    assert plan.request.from_month == date(2026, 8, 1)
    assert plan.months.start == date(2026, 4, 1)
    ended = plan_rescoring("health", "2", "never", VERSIONS, SCORED, earlier)
    assert ended.request.from_month == NEVER
    assert ended.months.start == date(2026, 4, 1)


def test_an_unknown_version_or_month_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="no version 9 of health.*SCORECARD=growth VERSION=1"):
        plan_rescoring("health", "9", None, VERSIONS, SCORED, [])
    with pytest.raises(ValueError, match="2025-01, but 2026-03 to 2026-11"):
        plan_rescoring("health", "2", "2025-01", VERSIONS, SCORED, [])
    with pytest.raises(ValueError, match="FROM is 'soon'"):
        plan_rescoring("health", "2", "soon", VERSIONS, SCORED, [])


def test_a_run_carries_its_request_to_dbt_in_a_tag() -> None:
    request = Rescoring("health", "2", date(2026, 6, 1))
    assert rescorings_of_tags(rescore_tag([request])) == [
        {"scorecard": "health", "version": "2", "from_month": "2026-06-01"}
    ]
    assert rescorings_of_tags({}) == []
