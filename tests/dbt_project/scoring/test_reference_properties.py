"""What follows from the rules of the score, tried on the references themselves.

Without dbt, so a failure is made as small as it gets. SCORE_TEST_EXAMPLES sets how many are tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pytest import approx

from tests.assignment_reference import grade
from tests.dbt_project.scoring.random_accounts import Values, metric_values
from tests.dbt_project.scoring.random_scorecards import SHARES, pools, rules
from tests.scoring_reference import (
    Score,
    Version,
    change_between,
    latched_bands,
    rating,
    raw_band,
    score_account_month,
)

GRADES = {"A": 90, "B": 75, "C": 50, "D": 30, "F": 0}
NOT_COUNTED = ("unmapped", "source_late", "not_enough_history", "stale")


def near(value: float | None) -> Any:
    return None if value is None else approx(value, abs=1e-9)


@st.composite
def two_months(draw: st.DrawFn) -> tuple[Values, Version, Values, Version]:
    """Values and version of a month and of the next, which half of the time is the same version."""
    pool, ends = draw(pools())
    first = draw(rules(pool, ends))
    second = draw(rules(pool, ends)) if draw(st.booleans()) else first
    return draw(metric_values(ends)), first, draw(metric_values(ends)), second


def tried(test: Callable[..., None]) -> Callable[[], None]:
    """Try a property on random months."""
    examples = int(os.environ.get("SCORE_TEST_EXAMPLES", "40"))
    plan = settings(max_examples=examples, derandomize=True, database=None, deadline=None)
    return plan(given(two_months())(test))


def scores(score: Score) -> list[Any]:
    """All numbers of a score that people see."""
    return [
        near(number)
        for number in (score.raw_score, score.health_score, score.score_low, score.score_high,
                       score.coverage, *(score.group_scores[g] for g in sorted(score.group_scores)))
    ]  # fmt: skip


@tried
def test_weights_sum_to_1_and_contributions_to_a_raw_score_inside_its_interval(drawn: Any) -> None:
    values, version, _, _ = drawn
    score = score_account_month(values, version)
    assert sum(score.nominal.values()) == near(1 if score.nominal else 0)
    assert -1e-9 <= score.coverage <= 1 + 1e-9
    assert 0 <= score.score_low <= score.score_high + 1e-9 <= 100 + 2e-9
    if score.effective:
        assert sum(score.effective.values()) == near(1)
        assert sum(score.contributions.values()) == near(score.raw_score)
        assert -1e-9 <= score.raw_score <= 100 + 1e-9
        assert score.score_low - 1e-9 <= score.raw_score <= score.score_high + 1e-9


@tried
def test_caps_never_raise_a_score(drawn: Any) -> None:
    values, version, _, _ = drawn
    capped = score_account_month(values, version)
    free = score_account_month(values, replace(version, caps=()))
    assert capped.raw_score == free.raw_score
    if capped.health_score is not None:
        assert capped.health_score <= free.health_score
        assert capped.cap_adjustment <= 0


@tried
def test_the_parts_sum_to_the_change(drawn: Any) -> None:
    before, after = score_account_month(*drawn[:2]), score_account_month(*drawn[2:])
    parts = change_between(*drawn)
    assert (parts is None) == (before.health_score is None or after.health_score is None)
    if parts:
        change = near(after.health_score - before.health_score)
        assert sum(parts.totals().values()) == change
        assert sum(parts.drivers().values()) + parts.caps == change


@tried
def test_nothing_happened_means_no_parts(drawn: Any) -> None:
    values, version, _, _ = drawn
    parts = change_between(values, version, values, version)
    assert parts is None or set(parts.totals().values()) == {0}


@tried
def test_a_grade_and_a_raw_band_cannot_contradict(drawn: Any) -> None:
    values, version, _, _ = drawn
    score = score_account_month(values, version).health_score
    assume(score is not None)
    at_least = GRADES[grade(score, GRADES)]
    assert raw_band(at_least, version) == raw_band(score, version)


@tried
def test_a_better_value_never_lowers_the_score(drawn: Any) -> None:
    values, version, _, _ = drawn
    before = score_account_month(values, version)
    for metric, of_version in version.metrics.items():
        state, value = values[metric]
        if state == "observed":
            step = (of_version.best_value - of_version.worst_value) / 7
            better = score_account_month(values | {metric: (state, value + step)}, version)
            for now, then in zip(scores(better), scores(before), strict=True):
                assert (now is None) == (then is None)
                assert now is None or now.expected >= then.expected - 1e-9


@tried
def test_units_and_order_do_not_matter(drawn: Any) -> None:
    values, version, _, _ = drawn
    in_cents = {m: (s, None if v is None else 100 * v) for m, (s, v) in reversed(values.items())}
    version_in_cents = replace(
        version,
        group_weights=dict(reversed(version.group_weights.items())),
        metrics={
            name: replace(m, worst_value=100 * m.worst_value, best_value=100 * m.best_value)
            for name, m in reversed(version.metrics.items())
        },
        caps=version.caps[::-1],
    )
    # A score at a cap's very border may fall on either side of it where units round.
    assume(not version.caps)
    found = score_account_month(in_cents, version_in_cents)
    assert scores(found) == scores(score_account_month(values, version))


@tried
def test_states_that_do_not_count_are_all_the_same(drawn: Any) -> None:
    values, version, _, _ = drawn
    expected = scores(score_account_month(values, version))
    for state in NOT_COUNTED:
        other = {m: (state, None) if s in NOT_COUNTED else (s, v) for m, (s, v) in values.items()}
        assert scores(score_account_month(other, version)) == expected


@tried
def test_what_is_not_applicable_might_as_well_not_be_listed(drawn: Any) -> None:
    values, version, _, _ = drawn
    listed = {m: of for m, of in version.metrics.items() if values[m][0] != "not_applicable"}
    shorter = replace(version, metrics=listed)
    assert scores(score_account_month(values, shorter)) == scores(
        score_account_month(values, version)
    )


@settings(max_examples=40, derandomize=True, database=None, deadline=None)
@given(st.lists(st.none() | st.sampled_from(SHARES) | st.floats(0, 1), max_size=9), st.data())
def test_a_latched_band_differs_from_the_raw_band_inside_the_margin_only(
    shares: list[float | None], data: st.DataObject
) -> None:
    margin = data.draw(st.sampled_from([0, 3, 12.5]))
    version = Version({}, {}, band_margin=margin)
    months = [None if s is None else 100 * min(max(s, 0), 1) for s in shares]
    for score, band in zip(months, latched_bands((m, version) for m in months), strict=True):
        if score is None:
            assert band == "unknown"
        elif min(abs(score - version.yellow_from), abs(score - version.green_from)) > margin:
            assert band == raw_band(score, version)
        else:
            close = {raw_band(score - margin - 1e-6, version), raw_band(score + margin, version)}
            assert band in close


@tried
def test_a_rating_never_falls_with_a_better_value_nor_by_the_order_of_the_cohort(
    drawn: Any,
) -> None:
    values, version, others, _ = drawn
    both = values | others
    observed = [m for m in version.metrics if both[m][0] == "observed"]
    assume(observed)
    of_version, value = version.metrics[observed[0]], both[observed[0]][1]
    step = (of_version.best_value - of_version.worst_value) / 5
    cohort = [("implemented", value + place * step) for place in (-3, -1, 0, 2)]
    cohort += [("deployment", value)] * 3
    ratings = [
        rating(of_version, value + place * step, stage, rows)
        for rows in (cohort, cohort[::-1])
        for stage in ("implemented", "deployment")
        for place in range(-6, 7)
    ]
    one_way, other_way = ratings[: len(ratings) // 2], ratings[len(ratings) // 2 :]
    assert one_way == other_way
    assert {name for _, name in one_way} == {"all_stages"}
    numbers = [number for number, _ in one_way[:13]]
    assert numbers == sorted(numbers)
    assert rating(of_version, value, "implemented", cohort[:4]) is None
