"""What has to hold in every row, whatever the scorecards and the inputs."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.deviations import TOLERANCE, contradictions, largest_deviations
from tests.dbt_project.scoring.mart_rows import Row, version_key

pytestmark = pytest.mark.slow


def test_sums_are_what_they_have_to_be(
    scored: DbtFolder, record_property: Callable[[str, object], None]
) -> None:
    deviations = largest_deviations(scored.warehouse)
    for name, (most, rows) in deviations.items():
        record_property(name, f"{most:.3g} in {rows} rows")
        print(f"{name}: {most:.3g} in {rows} rows")
    assert all(rows > 500 for _, rows in deviations.values())
    assert {name: most for name, (most, _) in deviations.items() if most > TOLERANCE} == {}


def test_no_row_contradicts_itself(scored: DbtFolder) -> None:
    found = contradictions(scored.warehouse)
    assert {name: rows for name, rows in found.items() if rows} == {}


def test_the_inputs_hold_every_band_and_reason(fact: list[Row], results: list[Row]) -> None:
    bands = {(row["method"], row["calculated_band"]) for row in results}
    assert bands == {
        (method, band)
        for method in ("weighted", "rating")
        for band in ("green", "yellow", "red", "unknown")
    }
    assert {row["unknown_reason"] for row in fact} == {
        None, "no_scorecard", "nothing_observed", "too_few_groups", "low_coverage"
    }  # fmt: skip
    assert {row["override_band"] for row in fact} == {None, "green", "yellow", "red"}
    assert any(row["override_band"] and row["calculated_band"] == "unknown" for row in fact)
    assert any(row["cap_adjustment"] for row in fact)
    assert {row["is_tentative"] for row in results} == {None, False, True}
    assert len(results) > 2000 and len({version_key(row) for row in results}) > 150


def test_no_step_compares_all_pairs_of_rows(scored: DbtFolder) -> None:
    """A left join with a condition on its left side alone becomes a nested loop on DuckDB."""
    compiled = scored.project / "target" / "compiled" / "customer_health" / "models"
    files = [
        *(compiled / "intermediate" / "scoring").glob("*.sql"),
        *(compiled / "marts" / "health").glob("*.sql"),
    ]
    assert len(files) > 20
    with duckdb.connect(str(scored.warehouse), read_only=True) as connection:
        plans = {
            file.stem: connection.execute(f"explain {file.read_text()}").fetchall()[0][1]
            for file in files
        }
    nested = [name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in plan]
    assert nested == []
