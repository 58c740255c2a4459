"""Bands, comparisons and the parts of every change against the references, account by account."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.assignment_reference import override_at
from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.mart_rows import (
    Row,
    change,
    differences,
    key_of,
    months_before,
    months_between,
    named_rows,
    same,
    version_key,
)
from tests.dbt_project.scoring.scored_inputs import Key, ScoredInputs
from tests.dbt_project.scoring.smallest_failure import Wrong, expect_none
from tests.scoring_reference import change_between, latched_bands

pytestmark = pytest.mark.slow


def test_bands_comparisons_and_runs_are_those_of_the_reference(
    inputs: ScoredInputs, results: list[Row], fact: list[Row], groups: list[str]
) -> None:
    series: dict[Any, list[Row]] = defaultdict(list)
    for row in fact:
        series[row["account_id"], "retention"].append(row)
    for row in results:
        if row["use_case"] != "retention":
            series[row["account_id"], row["use_case"]].append(row)
    wrong = []
    for (account_id, use_case), rows in series.items():
        by_month = {row["score_month"]: row for row in rows}
        bands = latched_bands(
            (row["health_score"], inputs.rules.get(version_key(row))) for row in rows
        )
        months_in_band = months_declining = 0
        previous = None
        for number, (row, band) in enumerate(zip(rows, bands, strict=True), start=1):
            month = row["score_month"]
            before = by_month.get(months_before(month, 1))
            override = None
            if use_case == "retention":
                instant = inputs.instants[account_id, month]
                override = override_at(inputs.overrides.get(account_id, []), instant)
            calculated = row["rating_band"] if row["method"] == "rating" else band
            health_band = override.band if override else calculated
            score_change = change(row["health_score"], before and before["health_score"])
            is_same_band = before is not None and before["health_band"] == health_band
            months_in_band = months_in_band + 1 if is_same_band else 1
            is_decline = score_change is not None and round(score_change, 9) < 0
            months_declining = months_declining + 1 if is_decline else 0
            expected = {
                "calculated_band": calculated,
                "override_band": override and override.band,
                "override_expires_on": override and override.holds_until,
                "health_band": health_band,
                "previous_month_score": before and before["health_score"],
                "score_change": score_change,
                "previous_month_band": before and before["health_band"],
                "has_band_changed": before and before["health_band"] != health_band,
                "months_in_band": months_in_band,
                "months_declining": months_declining,
                "sequence_number": number,
                "months_since_previous": previous and months_between(previous, month),
            }
            for period, distance in (("quarter", 3), ("year", 12)):
                earlier = by_month.get(months_before(month, distance))
                score = earlier and earlier["health_score"]
                expected[f"previous_{period}_score"] = score
                expected[f"{period}_change"] = change(row["health_score"], score)
            for group in groups:
                expected[f"{group}_score_change"] = change(
                    row[f"{group}_score"], before and before[f"{group}_score"]
                )
            wrong += differences(row, expected)
            previous = month
    expect_none(inputs, wrong)


def test_the_parts_of_every_change_are_those_of_the_reference(
    scored: DbtFolder, inputs: ScoredInputs, results: list[Row]
) -> None:
    columns = [
        "change_behaviour", "change_coverage", "change_configuration", "change_caps",
        "top_positive_driver", "top_positive_points", "top_negative_driver", "top_negative_points",
    ]  # fmt: skip
    version_of = {(*key_of(row), row["use_case"]): version_key(row) for row in results}
    drivers: dict[Key, dict[tuple[str, str], Row]] = defaultdict(dict)
    for row in named_rows(scored, "from marts.fct_health_drivers_monthly"):
        drivers[key_of(row)][row["bracket"], row["metric"]] = row
    wrong, seen = [], defaultdict(int)
    for row in results:
        key, use_case = key_of(row), row["use_case"]
        earlier = (key[0], months_before(key[1], 1))
        before = version_of.get((*earlier, use_case))
        parts = before and change_between(
            inputs.values[earlier], inputs.rules[before],
            inputs.values[key], inputs.rules[version_key(row)],
        )  # fmt: skip
        if not parts:
            wrong += differences(row, dict.fromkeys(columns))
            continue
        expected = parts.totals()
        points = parts.drivers()
        for sign, name in ((1, "positive"), (-1, "negative")):
            best = max((round(sign * value, 9) for value in points.values()), default=0.0)
            ties = [metric for metric in points if round(sign * points[metric], 9) == best]
            top = min(ties) if best > 0 else None
            expected |= {f"top_{name}_driver": top, f"top_{name}_points": top and points[top]}
        wrong += differences(row, expected)
        if use_case == "retention":
            rest = drivers.pop(key, {})
            for bracket in ("behaviour", "configuration"):
                for metric, effect in getattr(parts, bracket).items():
                    driver = rest.pop((bracket, metric), {})
                    for column in ("value_effect", "weight_effect", "points"):
                        found, value = driver.get(column), getattr(effect, column)
                        if not same(found, value):
                            name = f"{bracket}, {metric}: {column}"
                            wrong.append(Wrong(key, name, found, value))
            # To the reference a new version with the very same rules is no other version.
            rest = {
                place: driver
                for place, driver in rest.items()
                if place[0] == "caps" or driver["value_effect"] or driver["weight_effect"]
            }
            caps = sum((driver["points"] for driver in rest.values()), 0.0)
            if not same(caps, parts.caps) or any(bracket != "caps" for bracket, _ in rest):
                wrong.append(Wrong(key, "other drivers", rest, parts.caps))
        seen["both brackets" if parts.configuration else "behaviour only"] += 1
        seen["caps"] += abs(parts.caps) > 1e-9
    wrong += [Wrong(key, "drivers", rest, None) for key, rest in drivers.items()]
    expect_none(inputs, wrong)
    assert len(seen) == 3 and min(seen.values()) > 0, dict(seen)


def kind_of(row: Row, before: Row) -> str | None:
    """The kind of a band change; None where the rules leave it open."""
    bands = [before["health_band"], row["health_band"]]
    if row["override_band"] or before["override_band"]:
        return None if "unknown" in bands else "override"
    if "unknown" in bands:
        return "coverage"
    order = ["red", "yellow", "green"]
    sign = 1 if order.index(bands[1]) > order.index(bands[0]) else -1
    parts = ["behaviour", "coverage", "configuration", "caps"]
    points = {part: round(sign * (row[f"change_{part}"] or 0.0), 9) for part in parts}
    largest = max(parts, key=lambda part: points[part])
    return largest if points[largest] > 0 else None


def test_the_kind_of_a_band_change_is_what_moved_most_in_its_direction(
    inputs: ScoredInputs, results: list[Row]
) -> None:
    rows = {(*key_of(row), row["use_case"]): row for row in results}
    wrong, seen = [], set()
    for (account_id, month, use_case), row in rows.items():
        before = rows.get((account_id, months_before(month, 1), use_case))
        if before is None or row["health_band"] == before["health_band"]:
            continue
        if kind := kind_of(row, before):
            wrong += differences(row, {"band_change_kind": kind})
            seen.add(kind)
    expect_none(inputs, wrong)
    assert seen == {"behaviour", "coverage", "configuration", "caps", "override"}
