"""tests/golden: cases worked by hand from scoring rules, against what dbt makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project.scoring.golden_build import build_golden_sets, difference, found_values
from tests.dbt_project.scoring.golden_checks import read_golden_sets

SETS = read_golden_sets()
CASES = sorted({row["case"] for row in SETS.rows["expected.csv"]})

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Any, ...], Any]:
    """Everything that the marts say of the golden accounts; all cases in one build."""
    folder: Path = tmp_path_factory.mktemp("golden")
    assert not SETS.problems, "\n".join(SETS.problems)
    return found_values(build_golden_sets(SETS, folder))


@pytest.mark.parametrize("case", CASES)
def test_the_golden_case_comes_out_as_worked_by_hand(
    case: str, found: dict[tuple[Any, ...], Any]
) -> None:
    rows = [row for row in SETS.rows["expected.csv"] if row["case"] == case]
    differences = list(filter(None, (difference(row, found) for row in rows)))
    if differences:
        pytest.fail("\n".join(differences), pytrace=False)
