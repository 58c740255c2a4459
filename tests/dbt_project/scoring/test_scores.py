"""Scores, weights, ratings and watermelons against the references, account by account."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.assignment_reference import assigned, grade
from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.mart_rows import Row, differences, key_of, named_rows, version_key
from tests.dbt_project.scoring.scored_inputs import ScoredInputs
from tests.dbt_project.scoring.smallest_failure import USE_CASES, Wrong, expect_none
from tests.scoring_reference import (
    overall_performance,
    rating,
    score_account_month,
    watermelon_reasons,
)

pytestmark = pytest.mark.slow

OF_A_MONTH = [
    "health_score", "raw_score", "cap_adjustment", "score_low", "score_high", "is_tentative",
    "coverage", "unknown_reason", "raw_band",
]  # fmt: skip


def test_every_account_is_scored_by_the_scorecard_that_matches_best(
    inputs: ScoredInputs, results: list[Row], fact: list[Row]
) -> None:
    by_use_case = {
        **{(*key_of(row), row["use_case"]): version_key(row) for row in results},
        **{(*key_of(row), "retention"): version_key(row) for row in fact},
    }
    assert {(account, month) for account, month, _ in by_use_case} == inputs.segments.keys()
    wrong = []
    for key, segments in inputs.segments.items():
        for use_case in USE_CASES:
            version = assigned(inputs.scorecards, use_case, key[1], segments)
            found = by_use_case.get((*key, use_case))
            expected = version.key if version else (None, None) if use_case == "retention" else None
            if found != expected:
                wrong.append(Wrong(key, f"scorecard for {use_case}", found, expected))
    expect_none(inputs, wrong)


def test_scores_and_grades_are_those_of_the_reference(
    scored: DbtFolder, inputs: ScoredInputs, results: list[Row], groups: list[str]
) -> None:
    borders = dict(scored.rows("from reference.health_grades"))
    wrong = []
    for row in results:
        expected = score_account_month(inputs.values[key_of(row)], inputs.rules[version_key(row)])
        score = expected.health_score
        wrong += differences(
            row,
            {column: getattr(expected, column) for column in OF_A_MONTH}
            | {f"{group}_score": expected.group_scores.get(group) for group in groups}
            | {"health_grade": None if score is None else grade(score, borders)},
        )
    expect_none(inputs, wrong)


def test_metric_scores_weights_and_contributions_are_those_of_the_reference(
    scored: DbtFolder, inputs: ScoredInputs
) -> None:
    rows = defaultdict(list)
    for row in named_rows(
        scored,
        "select account_id, score_month, scorecard, scorecard_version, metric, value, value_state, "
        "metric_score, nominal_weight, effective_weight, contribution, lost_points "
        "from marts.fct_health_metrics_monthly where is_official",
    ):
        rows[(*key_of(row), *version_key(row))].append(row)
    wrong = []
    for (*key, scorecard, version), metric_rows in rows.items():
        values = inputs.values[tuple(key)]
        expected = score_account_month(values, inputs.rules[scorecard, version])
        assert {row["metric"] for row in metric_rows} == values.keys()
        for row in metric_rows:
            metric = row["metric"]
            weight, score = expected.effective.get(metric, 0.0), expected.metric_scores.get(metric)
            wrong += differences(
                row,
                {
                    "value": values[metric][1],
                    "value_state": values[metric][0],
                    "metric_score": score,
                    "nominal_weight": expected.nominal.get(metric, 0.0),
                    "effective_weight": weight,
                    "contribution": expected.contributions.get(metric, 0.0),
                    "lost_points": weight * (100 - (score or 0.0)),
                },
            )
    expect_none(inputs, wrong)


def test_ratings_are_those_of_the_reference(
    scored: DbtFolder, inputs: ScoredInputs, results: list[Row]
) -> None:
    cohorts = defaultdict(list)
    for (account, month), metrics in inputs.values.items():
        for metric, (state, value) in metrics.items():
            if state == "observed":
                stage = inputs.segments[account, month]["lifecycle_stage"]
                cohorts[month, metric].append((stage, value))
    ratings: dict[Any, dict[str, int]] = defaultdict(dict)
    wrong, seen = [], set()
    for row in named_rows(
        scored,
        "select account_id, score_month, scorecard, scorecard_version, metric, rating, "
        "rating_cohort from marts.fct_health_metrics_monthly where is_official",
    ):
        metric = row["metric"]
        of_version = inputs.rules[version_key(row)].metrics.get(metric)
        state, value = inputs.values[key_of(row)][metric]
        rated = None
        if of_version and state == "observed":
            stage = inputs.segments[key_of(row)]["lifecycle_stage"]
            rated = rating(of_version, value, stage, cohorts[row["score_month"], metric])
        number, cohort = rated or (None, None)
        wrong += differences(row, {"rating": number, "rating_cohort": cohort})
        if rated:
            ratings[(*key_of(row), *version_key(row))][metric] = number
        seen |= {number, cohort}
    assert seen == {None, 0, 1, 2, "deployment", "implemented", "all_stages"}

    for row in results:
        rules = inputs.rules[version_key(row)]
        mean, band = overall_performance(rules, ratings[(*key_of(row), *version_key(row))])
        known = band != "unknown" and row["raw_band"] is not None
        wrong += differences(
            row,
            {
                "overall_performance": mean,
                "rating_band": band,
                "methods_agree": band == row["raw_band"] if known else None,
                "method": rules.method,
            },
        )
    expect_none(inputs, wrong)


def test_watermelons_are_those_of_the_reference(inputs: ScoredInputs, results: list[Row]) -> None:
    wrong, kinds = [], set()
    for row in results:
        rules = inputs.rules[version_key(row)]
        score = score_account_month(inputs.values[key_of(row)], rules)
        reasons = watermelon_reasons(rules, score) if row["health_band"] == "green" else []
        wrong += differences(
            row,
            {"is_watermelon": bool(reasons), "watermelon_reasons": "; ".join(reasons) or None},
        )
        kinds |= {reason.split()[0] for reason in reasons}
    expect_none(inputs, wrong)
    assert kinds == {"critical_metric", "weak_group", "tentative_score"}
