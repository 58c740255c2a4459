from datetime import date, datetime

import dagster as dg
import pytest
import yaml

from orchestration.clock import as_of_from, parse_instant, parse_month
from orchestration.partitions import (
    LOOKBACK,
    MonthRange,
    build_variables,
    month_in_progress,
    months_of_tags,
    months_of_window,
    months_to_score,
    partition_tags,
    score_month_partitions,
)
from orchestration.paths import PROJECT_FOLDER

AS_OF = datetime(2026, 11, 15)


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def ended(first: str, last: str) -> dict[date, datetime]:
    """Months scored when they had ended."""
    months, current = {}, month(first)
    while current <= month(last):
        following = (current.replace(day=28) + (date(2000, 1, 5) - date(2000, 1, 1))).replace(day=1)
        months[current] = datetime.combine(following, datetime.min.time())
        current = following
    return months


def test_the_first_run_scores_24_ended_months_and_the_month_in_progress() -> None:
    assert months_to_score(AS_OF, {}) == MonthRange(month("2024-11"), month("2026-11"))


def test_the_first_run_starts_where_the_setting_says() -> None:
    months = months_to_score(AS_OF, {}, first_month=month("2026-03"))
    assert months == MonthRange(month("2026-03"), month("2026-11"))


def test_a_later_run_scores_the_last_ended_month_and_the_one_in_progress() -> None:
    scored = ended("2024-11", "2026-10") | {month("2026-11"): datetime(2026, 11, 14)}
    assert months_to_score(AS_OF, scored) == MonthRange(month("2026-10"), month("2026-11"))


def test_a_month_that_was_provisional_is_scored_again_however_long_ago() -> None:
    scored = ended("2024-11", "2026-07") | {month("2026-08"): datetime(2026, 8, 20)}
    assert months_to_score(AS_OF, scored) == MonthRange(month("2026-08"), month("2026-11"))


def test_a_missing_month_is_scored_with_everything_after_it() -> None:
    scored = ended("2024-11", "2026-10")
    del scored[month("2025-02")]
    assert months_to_score(AS_OF, scored).start == month("2025-02")


def test_months_before_the_first_one_scored_are_missing_only_if_the_setting_asks_for_them() -> None:
    scored = ended("2025-06", "2026-10")
    assert months_to_score(AS_OF, scored).start == month("2026-10")
    assert months_to_score(AS_OF, scored, first_month=month("2025-01")).start == month("2025-01")


def test_months_that_did_not_pass_their_tests_are_scored_again() -> None:
    unaudited = MonthRange(month("2025-03"), month("2025-04"))
    months = months_to_score(AS_OF, ended("2024-11", "2026-10"), unaudited=unaudited)
    assert months == MonthRange(month("2025-03"), month("2026-11"))


def test_at_midnight_of_the_first_the_month_that_just_ended_is_the_last_one() -> None:
    midnight = datetime(2026, 11, 1)
    assert month_in_progress(midnight) == month("2026-10")
    assert months_to_score(midnight, {}) == MonthRange(month("2024-11"), month("2026-10"))


def test_a_first_month_after_as_of_is_refused() -> None:
    with pytest.raises(ValueError, match="FIRST_SCORE_MONTH"):
        months_to_score(AS_OF, {}, first_month=month("2027-01"))


def test_dbt_gets_months_only_where_models_have_them() -> None:
    always = {"as_of": "2026-11-15 00:00:00", "lookback": 1, "check_used_versions": True}
    assert build_variables(AS_OF) == always
    assert build_variables(AS_OF, MonthRange(month("2026-10"), month("2026-11"))) == always | {
        "start_month": "2026-10-01",
        "end_month": "2026-11-01",
    }


def test_a_build_by_hand_closes_months_when_a_run_does() -> None:
    project = yaml.safe_load((PROJECT_FOLDER / "dbt_project" / "dbt_project.yml").read_text())
    assert project["vars"]["lookback"] == LOOKBACK
    assert project["vars"]["check_used_versions"] is True


def test_before_anything_was_published_no_version_counts_as_used() -> None:
    assert build_variables(AS_OF, is_first_run=True)["check_used_versions"] is False


def test_the_months_of_a_run_survive_its_tags() -> None:
    months = MonthRange(month("2026-10"), month("2026-11"))
    assert months_of_tags(partition_tags(months)) == months
    assert months_of_tags({"dagster/partition": "2026-10-01"}) == MonthRange(
        months.start, months.start
    )
    assert months_of_tags({}) is None


def test_the_months_of_a_window_end_before_its_end() -> None:
    window = dg.TimeWindow(datetime(2026, 10, 1), datetime(2026, 12, 1))
    assert months_of_window(window) == MonthRange(month("2026-10"), month("2026-11"))


def test_partitions_reach_the_month_in_progress_of_a_sandbox_ahead_of_the_machine() -> None:
    partitions = score_month_partitions(month("2024-11"), datetime(2099, 3, 10))
    keys = partitions.get_partition_keys()
    assert (keys[0], keys[-1]) == ("2024-11-01", "2099-03-01")


def test_as_of_is_the_tag_then_the_setting_then_the_start_of_the_run() -> None:
    setting, started = datetime(2026, 11, 15), datetime(2026, 11, 22, 5)
    assert as_of_from("2026-12-01T00:00:00Z", setting, started) == datetime(2026, 12, 1)
    assert as_of_from(None, setting, started) == setting
    assert as_of_from(None, None, started) == started


def test_instants_are_utc_whatever_zone_they_are_written_in() -> None:
    assert parse_instant("2026-11-15T01:00:00+01:00") == datetime(2026, 11, 15)
    assert parse_instant("2026-11-15") == datetime(2026, 11, 15)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00:00Z"])
def test_an_as_of_that_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Write it like 2026-11-15T00:00:00Z"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["2024", "2024-11-15", "november"])
def test_a_first_score_month_that_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Write it like 2024-11"):
        parse_month(text)
