"""tests/golden: cases worked by hand from scoring rules, against what dbt makes of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.conftest import SCORING
from tests.dbt_project.scoring.golden_build import build_golden_sets, difference, found_values
from tests.dbt_project.scoring.golden_checks import read_golden_sets
from tests.dbt_project.scoring.mart_rows import MARTS

SETS = read_golden_sets()
CASES = sorted({row["case"] for row in SETS.rows["expected.csv"]})

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> DbtFolder:
    """All cases in one build."""
    assert not SETS.problems, "\n".join(SETS.problems)
    return build_golden_sets(SETS, tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="module")
def found(golden: DbtFolder) -> dict[tuple[Any, ...], Any]:
    """Everything that the marts say of the golden accounts."""
    return found_values(golden)


@pytest.mark.parametrize("case", CASES)
def test_the_golden_case_comes_out_as_worked_by_hand(
    case: str, found: dict[tuple[Any, ...], Any]
) -> None:
    rows = [row for row in SETS.rows["expected.csv"] if row["case"] == case]
    differences = list(filter(None, (difference(row, found) for row in rows)))
    if differences:
        pytest.fail("\n".join(differences), pytrace=False)


def test_late_data_of_a_backfilled_month_changes_it_and_what_looks_back_at_it(
    golden: DbtFolder, found: dict[tuple[Any, ...], Any]
) -> None:
    account = "behaviour_change/one"
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    assert found[account, february, "", "score_change"] == pytest.approx(4)
    golden.rows("create schema before")
    for mart in MARTS:
        golden.rows(f"create table before.{mart} as from marts.{mart}")
    golden.rows(
        "update intermediate.int_metric_values_monthly set value = 0.9 "
        f"where account_id = '{account}' and score_month = date '2026-01-01' "
        "and metric = 'outreach_response_rate'"
    )

    golden.build(*SCORING, start="2026-01-01", end="2026-01-01")

    after = found_values(golden)
    for month, column, expected in [
        (january, "health_score", 0.6 * 50 + 0.4 * 90),
        (february, "health_score", 66),
        (february, "previous_month_score", 66),
        (february, "score_change", 0),
        (february, "engagement_score_change", 60 - 90),
        (february, "months_declining", 0),
        (february, "top_negative_points", 0.4 * (60 - 90)),
    ]:
        assert after[account, month, "", column] == pytest.approx(expected), column
    # Everything else, and when it was calculated, is as it was.
    changed = set()
    for mart in MARTS:
        changed |= set(
            golden.rows(
                f"select account_id, score_month from "
                f"(from marts.{mart} except all from before.{mart})"
                f" union select account_id, score_month from "
                f"(from before.{mart} except all from marts.{mart})"
            )
        )
    assert changed == {(account, january), (account, february)}
