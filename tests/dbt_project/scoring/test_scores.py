"""Every number of the health marts against scoring_reference.py, and runs against each other."""

from __future__ import annotations

import math
import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project.dbt_command import DbtFolder, copy_of_the_project
from tests.dbt_project.scoring.conftest import SCORING
from tests.dbt_project.scoring.generated_inputs import FIRST, LAST
from tests.dbt_project.scoring.scored_versions import versions_of
from tests.scoring_reference import (
    Version,
    change_between,
    latched_bands,
    overall_performance,
    rating,
    score_account_month,
    watermelon_reasons,
)

pytestmark = pytest.mark.slow

Key = tuple[str, date]
GROUPS = ["adoption", "usage", "engagement", "relationship", "sentiment", "payment"]
MARTS = [
    "fct_health_scores_monthly", "fct_health_metrics_monthly", "fct_health_inputs_monthly",
    "fct_scorecard_results_monthly", "fct_health_drivers_monthly", "fct_band_changes",
    "rpt_account_history", "rpt_portfolio_monthly", "rpt_score_over_time", "rpt_account_reasons",
    "rpt_account_health",
]  # fmt: skip
CARRYING_CALCULATED_AT = {
    "fct_health_scores_monthly", "fct_scorecard_results_monthly", "rpt_account_health",
}  # fmt: skip
OF_A_MONTH = [
    "health_score", "raw_score", "cap_adjustment", "score_low", "score_high", "is_tentative",
    "coverage", "unknown_reason", "raw_band",
]  # fmt: skip


@pytest.fixture(scope="module")
def versions(scored: DbtFolder) -> dict[tuple[str, str], Version]:
    return versions_of(scored)


@pytest.fixture(scope="module")
def values(scored: DbtFolder) -> dict[Key, dict[str, tuple[str, float | None]]]:
    result: dict[Key, dict[str, tuple[str, float | None]]] = defaultdict(dict)
    for account_id, month, metric, state, value in scored.rows(
        "select account_id, score_month, metric, value_state, value "
        "from intermediate.int_metric_values_monthly"
    ):
        result[account_id, month][metric] = (state, value)
    return result


@pytest.fixture(scope="module")
def fact(scored: DbtFolder) -> dict[Key, dict[str, Any]]:
    """Rows of the fact in the order of account and month."""
    columns = [row[0] for row in scored.rows("describe marts.fct_health_scores_monthly")]
    rows = scored.rows("from marts.fct_health_scores_monthly order by account_id, score_month")
    return {(row[0], row[1]): dict(zip(columns, row, strict=True)) for row in rows}


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(found, expected, rel_tol=0, abs_tol=1e-9)
    return found == expected


def months_before(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def change(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def test_scores_weights_and_contributions_are_those_of_the_reference(
    scored: DbtFolder, versions: Any, values: Any
) -> None:
    results = scored.rows(
        f"select account_id, score_month, scorecard, scorecard_version, {', '.join(OF_A_MONTH)}, "
        f"{', '.join(group + '_score' for group in GROUPS)} "
        "from intermediate.int_scorecard_results where scorecard is not null"
    )
    metric_rows: dict[tuple[Any, ...], dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for *key, metric, score, nominal, effective, contribution in scored.rows(
        "select account_id, score_month, scorecard, scorecard_version, metric, metric_score, "
        "nominal_weight, effective_weight, contribution from intermediate.int_metric_scores"
    ):
        metric_rows[tuple(key)][metric] = (score, nominal, effective, contribution)

    wrong = []
    for account_id, month, scorecard, version, *found in results:
        expected = score_account_month(values[account_id, month], versions[scorecard, version])
        numbers = [getattr(expected, column) for column in OF_A_MONTH]
        numbers += [expected.group_scores.get(group) for group in GROUPS]
        wrong += [
            (account_id, month, scorecard, column, one, other)
            for column, one, other in zip(OF_A_MONTH + GROUPS, found, numbers, strict=True)
            if not same(one, other)
        ]
        for metric in values[account_id, month]:
            row = metric_rows[account_id, month, scorecard, version][metric]
            of_reference = (
                expected.metric_scores.get(metric),
                expected.nominal.get(metric, 0.0),
                expected.effective.get(metric, 0.0),
                expected.contributions.get(metric, 0.0),
            )
            if not all(map(same, row, of_reference)):
                wrong.append((account_id, month, scorecard, metric, row, of_reference))
    assert len(results) > 800
    assert not wrong, wrong[:5]


def test_bands_comparisons_and_runs_are_those_of_the_reference(
    fact: dict[Key, dict[str, Any]], versions: Any
) -> None:
    accounts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in fact.values():
        accounts[row["account_id"]].append(row)
    for account_id, rows in accounts.items():
        bands = latched_bands(
            (row["health_score"], versions.get((row["scorecard"], row["scorecard_version"])))
            for row in rows
        )
        months_in_band = months_declining = 0
        for number, (row, band) in enumerate(zip(rows, bands, strict=True), start=1):
            month = row["score_month"]
            before = fact.get((account_id, months_before(month, 1)))
            score_change = change(row["health_score"], before and before["health_score"])
            is_same_band = before is not None and before["health_band"] == row["health_band"]
            months_in_band = months_in_band + 1 if is_same_band else 1
            is_decline = score_change is not None and round(score_change, 9) < 0
            months_declining = months_declining + 1 if is_decline else 0
            expected = {
                "calculated_band": band,
                "score_change": score_change,
                "previous_month_band": before and before["health_band"],
                "has_band_changed": before and before["health_band"] != row["health_band"],
                "months_in_band": months_in_band,
                "months_declining": months_declining,
                "sequence_number": number,
            }
            for period, distance in (("quarter", 3), ("year", 12)):
                earlier = fact.get((account_id, months_before(month, distance)))
                score = earlier and earlier["health_score"]
                expected[f"previous_{period}_score"] = score
                expected[f"{period}_change"] = change(row["health_score"], score)
            for group in GROUPS:
                expected[f"{group}_score_change"] = change(
                    row[f"{group}_score"], before and before[f"{group}_score"]
                )
            for column, value in expected.items():
                assert same(row[column], value), (account_id, month, column, row[column], value)


def test_the_parts_of_every_change_are_those_of_the_reference_and_add_up(
    scored: DbtFolder, versions: Any, values: Any
) -> None:
    columns = [
        "change_behaviour", "change_coverage", "change_configuration", "change_caps",
        "top_positive_driver", "top_positive_points", "top_negative_driver", "top_negative_points",
    ]  # fmt: skip
    rows = scored.rows(
        "select account_id, score_month, use_case, scorecard, scorecard_version, score_change, "
        f"{', '.join(columns)} from marts.fct_scorecard_results_monthly"
    )
    version_of = {(account, month, use): (s, v) for account, month, use, s, v, *_ in rows}
    drivers = defaultdict(dict)
    for account, month, bracket, metric, *found in scored.rows(
        "from marts.fct_health_drivers_monthly"
    ):
        drivers[account, month][bracket, metric] = found
    seen = defaultdict(int)
    for account, month, use_case, scorecard, version, score_change, *found in rows:
        key = (account, month, use_case)
        earlier = months_before(month, 1)
        before = version_of.get((account, earlier, use_case))
        change = before and change_between(
            values[account, earlier], versions[before],
            values[account, month], versions[scorecard, version],
        )  # fmt: skip
        if not change:
            assert found == [None] * 8, key
            assert score_change is None, key
            continue
        totals = change.totals()
        assert abs(sum(found[:4]) - score_change) <= 1e-9, key
        assert all(map(same, found, totals.values())), (key, found, totals)
        points = change.drivers()
        for sign, (driver, driver_points) in ((1, found[4:6]), (-1, found[6:8])):
            best = max((round(sign * value, 9) for value in points.values()), default=0.0)
            if best <= 0:
                assert driver is None and driver_points is None, key
                continue
            ties = [metric for metric in points if round(sign * points[metric], 9) == best]
            assert driver == min(ties), (key, driver, ties)
            assert same(driver_points, points[driver]), key
        if use_case == "retention":
            expected = {
                (bracket, metric): [e.value_effect, e.weight_effect, e.points]
                for bracket in ("behaviour", "configuration")
                for metric, e in getattr(change, bracket).items()
            }
            rest = drivers[account, month]
            for driver_key, effect in expected.items():
                assert all(map(same, rest.pop(driver_key), effect)), (key, driver_key)
            assert all(bracket == "caps" for bracket, _ in rest), (key, rest)
            assert same(sum((row[2] for row in rest.values()), 0.0), change.caps), key
        seen["behaviour only" if not change.configuration else "both brackets"] += 1
        seen["caps"] += abs(change.caps) > 1e-9
    assert min(seen.values()) > 0, seen


def test_ratings_are_those_of_the_reference(scored: DbtFolder, versions: Any, values: Any) -> None:
    stages = {
        (account, month): stage
        for account, month, stage in scored.rows(
            "select account_id, score_month, lifecycle_stage from intermediate.int_account_months"
        )
    }
    cohorts = defaultdict(list)
    for (account, month), metrics in values.items():
        for metric, (state, value) in metrics.items():
            if state == "observed":
                cohorts[month, metric].append((stages[account, month], value))
    ratings: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    seen = set()
    for account, month, scorecard, version, metric, *found in scored.rows(
        "select account_id, score_month, scorecard, scorecard_version, metric, rating, "
        "rating_cohort from marts.fct_health_metrics_monthly"
    ):
        of_version = versions[scorecard, version].metrics.get(metric)
        state, value = values[account, month][metric]
        rated = None
        if of_version and state == "observed":
            rated = rating(of_version, value, stages[account, month], cohorts[month, metric])
        assert tuple(found) == (rated or (None, None)), (account, month, scorecard, metric)
        if rated:
            ratings[account, month, scorecard, version][metric] = rated[0]
        seen.add(tuple(found))
    assert {row[0] for row in seen} == {None, 0, 1, 2}
    assert {row[1] for row in seen} == {None, "deployment", "implemented", "all_stages"}

    bands = set()
    for *key, method, raw_band, health_band, performance, rating_band, agree in scored.rows(
        "select account_id, score_month, scorecard, scorecard_version, method, raw_band, "
        "health_band, overall_performance, rating_band, methods_agree "
        "from marts.fct_scorecard_results_monthly"
    ):
        mean, band = overall_performance(versions[key[2], key[3]], ratings[tuple(key)])
        assert (same(performance, mean), rating_band) == (True, band), key
        known = band != "unknown" and raw_band is not None
        assert agree == (band == raw_band if known else None), key
        if method == "rating":
            assert health_band == band, key  # not the primary use case: never overridden
            bands.add(band)
    assert bands == {"green", "yellow", "red", "unknown"}


def test_watermelons_are_those_of_the_reference(
    scored: DbtFolder, versions: Any, values: Any
) -> None:
    kinds = set()
    for account, month, *version, band, is_watermelon, reasons in scored.rows(
        "select account_id, score_month, scorecard, scorecard_version, health_band, "
        "is_watermelon, watermelon_reasons from marts.fct_scorecard_results_monthly"
    ):
        of_version = versions[tuple(version)]
        score = score_account_month(values[account, month], of_version)
        expected = watermelon_reasons(of_version, score) if band == "green" else []
        assert (reasons or "").split("; ") == (expected or [""]), (account, month)
        assert is_watermelon == bool(expected)
        kinds |= {reason.split()[0] for reason in expected}
    assert kinds == {"critical_metric", "weak_group", "tentative_score"}


def test_the_inputs_hold_every_band_reason_and_scorecard(fact: dict[Key, dict[str, Any]]) -> None:
    rows = list(fact.values())
    assert {row["health_band"] for row in rows} == {"green", "yellow", "red", "unknown"}
    assert {row["unknown_reason"] for row in rows} == {
        None, "no_scorecard", "nothing_observed", "too_few_groups", "low_coverage"
    }  # fmt: skip
    assert any(row["cap_adjustment"] for row in rows)
    assert {(row["scorecard"], row["scorecard_version"]) for row in rows} == {
        (None, None), ("customer_health", "1"), ("customer_health", "2"), ("onboarding", "1"),
        ("small_accounts", "1"),
    }  # fmt: skip


def test_months_built_in_pieces_and_built_again_are_the_months_built_at_once(
    scored: DbtFolder, tmp_path: Path
) -> None:
    folder = copy_of_the_project(tmp_path)
    shutil.copytree(scored.project.parent / "seeds", tmp_path / "seeds", dirs_exist_ok=True)
    folder.rows(
        f"attach '{scored.warehouse}' as scored (read_only); create schema intermediate; "
        "create table intermediate.int_account_months as "
        "from scored.intermediate.int_account_months order by hash(account_id); "
        "create table intermediate.int_metric_values_monthly as "
        "from scored.intermediate.int_metric_values_monthly order by hash(metric || account_id); "
        "create table intermediate.int_account_aliases as "
        "from scored.intermediate.int_account_aliases; create schema staging; "
        "create table staging.stg_salesforce__health_overrides as "
        "from scored.staging.stg_salesforce__health_overrides"
    )
    folder.build(*SCORING, start=FIRST, end="2026-05-01")
    folder.build(*SCORING, start="2026-05-01", end=LAST)
    fact = "marts.fct_health_scores_monthly"
    calculated = f"select account_id, score_month, calculated_at from {fact}"
    before = set(folder.rows(calculated))
    folder.build(*SCORING, start="2026-02-01", end="2026-03-01")
    assert set(folder.rows(calculated)) == before

    for mart in MARTS:
        compared = [
            f"select * replace (null as calculated_at) from {catalog}.marts.{mart}"
            if mart in CARRYING_CALCULATED_AT
            else f"from {catalog}.marts.{mart}"
            for catalog in ("warehouse", "scored")
        ]
        differences = folder.rows(
            f"attach '{scored.warehouse}' as scored (read_only); "
            f"({compared[0]} except all {compared[1]}) union all "
            f"({compared[1]} except all {compared[0]})"
        )
        assert differences == [], mart
