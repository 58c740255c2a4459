from datetime import date

from orchestration.audit_state import (
    build_passed,
    build_started,
    unaudited_builds,
    unaudited_months,
)
from orchestration.partitions import MonthRange

STEP = "dbt_with_score_month"
MARCH_TO_MAY = MonthRange(date(2026, 3, 1), date(2026, 5, 1))
ALL = MonthRange(date(2026, 1, 1), date(2026, 6, 1))


def test_a_build_that_passed_leaves_nothing_behind() -> None:
    build_started(STEP, "run-1", MARCH_TO_MAY)
    assert unaudited_months() == MARCH_TO_MAY
    assert build_passed(STEP, is_whole=True, months=MARCH_TO_MAY)
    assert unaudited_builds() == {}


def test_the_months_of_a_failed_build_stay_unaudited_until_a_build_covers_them() -> None:
    build_started(STEP, "run-1", MARCH_TO_MAY)
    may = MonthRange(MARCH_TO_MAY.end, MARCH_TO_MAY.end)
    build_started(STEP, "run-2", may)
    assert not build_passed(STEP, is_whole=True, months=may)
    assert unaudited_months() == MARCH_TO_MAY
    build_started(STEP, "run-3", ALL)
    assert build_passed(STEP, is_whole=True, months=ALL)
    assert unaudited_builds() == {}


def test_after_a_failed_build_a_selection_that_passes_is_not_enough() -> None:
    build_started(STEP, "run-1", MARCH_TO_MAY)
    build_started(STEP, "run-2", MARCH_TO_MAY)
    assert not build_passed(STEP, is_whole=False, months=MARCH_TO_MAY)
    assert unaudited_builds()[STEP]["run_id"] == "run-2"


def test_a_selection_that_passes_on_an_audited_warehouse_leaves_it_audited() -> None:
    build_started(STEP, "run-1", MARCH_TO_MAY)
    assert build_passed(STEP, is_whole=False, months=MARCH_TO_MAY)
    assert unaudited_builds() == {}


def test_a_step_without_months_is_noted_too() -> None:
    build_started("dbt_without_score_month", "run-1")
    assert unaudited_months() is None
    assert list(unaudited_builds()) == ["dbt_without_score_month"]
    assert build_passed("dbt_without_score_month", is_whole=True)
