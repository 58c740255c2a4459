from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from ingestion.warehouse import VENDORS
from orchestration.clock import as_of_tag
from orchestration.full_reloads import (
    FULL_RELOAD_TAG,
    full_reload_tag,
    is_full_reload_due,
    vendors_to_reload,
)
from orchestration.schedules import JOB, build_daily_schedule, build_job
from tests.orchestration.test_publishing import publish

SUNDAY, MONDAY = (datetime(2026, 11, day, 5, tzinfo=UTC) for day in (15, 16))


def evaluate(instance: dg.DagsterInstance, at: datetime = MONDAY) -> dg.RunRequest | dg.SkipReason:
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
    return build_daily_schedule(build_job())(context)


def test_the_daily_run_is_for_its_scheduled_time_and_the_months_that_need_it() -> None:
    with dg.instance_for_test() as instance:
        request = evaluate(instance)
    assert request.tags == {
        "customer_health/as_of": "2026-11-16T05:00:00Z",
        "dagster/asset_partition_range_start": "2024-11-01",
        "dagster/asset_partition_range_end": "2026-11-01",
    }


def test_a_tick_that_is_made_up_for_after_a_later_publication_is_left_out(
    data: Path, warehouse: Path
) -> None:
    """AS_OF, which is published, is midnight of the 15th."""
    publish(data)
    with dg.instance_for_test() as instance:
        skipped = evaluate(instance, datetime(2026, 11, 14, 5, tzinfo=UTC))
    assert isinstance(skipped, dg.SkipReason)
    assert "2026-11-15 00:00:00 UTC is already published" in skipped.skip_message


FRIDAY = datetime(2026, 11, 6, 5)


@pytest.mark.parametrize(
    ("last", "as_of", "is_due"),
    [
        (None, datetime(2026, 11, 15, 5), False),
        # Saturday, and Sunday: of that, the first run only, however many there are.
        (FRIDAY, datetime(2026, 11, 7, 5), False),
        (FRIDAY, datetime(2026, 11, 8, 0), True),
        (datetime(2026, 11, 8, 0), datetime(2026, 11, 8, 1), False),
        (datetime(2026, 11, 8, 0), datetime(2026, 11, 14, 23), False),
        # A Sunday that was left out or failed is made up for on Monday, and Sunday stays the day.
        (datetime(2026, 11, 8, 5), datetime(2026, 11, 16, 5), True),
        (datetime(2026, 11, 16, 5), datetime(2026, 11, 22, 5), True),
        # A schedule of working days: the same day a week later, whatever the minutes.
        (FRIDAY, datetime(2026, 11, 12, 5), False),
        (FRIDAY, datetime(2026, 11, 13, 4, 59), True),
    ],
)
def test_everything_is_read_again_on_sundays_and_after_a_week_at_the_latest(
    last: datetime | None, as_of: datetime, is_due: bool
) -> None:
    assert is_full_reload_due(as_of, last) is is_due


def test_the_age_of_the_last_full_reload_is_that_of_the_last_one_that_succeeded() -> None:
    @dg.job(name=JOB)
    def nothing() -> None: ...

    def end_run(instance: dg.DagsterInstance, as_of: datetime, reload: str, failed: bool) -> None:
        status = dg.DagsterRunStatus.FAILURE if failed else dg.DagsterRunStatus.SUCCESS
        tags = as_of_tag(as_of) | full_reload_tag(reload)
        instance.create_run_for_job(nothing, status=status, tags=tags)

    monday = MONDAY.replace(tzinfo=None)
    with dg.instance_for_test() as instance:
        assert FULL_RELOAD_TAG not in evaluate(instance, SUNDAY).tags
        end_run(instance, monday - timedelta(days=9), "", failed=True)
        end_run(instance, monday - timedelta(days=8), "", failed=False)
        end_run(instance, monday - timedelta(days=1), "", failed=False)
        # No full reload so far: a week counts from the first load that succeeded.
        assert evaluate(instance, MONDAY).tags[FULL_RELOAD_TAG] == "all"
        end_run(instance, monday - timedelta(days=3), "all", failed=False)
        assert FULL_RELOAD_TAG not in evaluate(instance, MONDAY).tags
        end_run(instance, monday + timedelta(days=1), "all", failed=True)
        end_run(instance, monday + timedelta(days=2), "pendo", failed=False)
        later = MONDAY + timedelta(days=4)
        assert evaluate(instance, later).tags[FULL_RELOAD_TAG] == "all"


def test_vendors_to_read_again_are_named_one_by_one_or_all() -> None:
    assert vendors_to_reload(full_reload_tag("pendo, zendesk")) == {"pendo", "zendesk"}
    assert vendors_to_reload(full_reload_tag("all")) == set(VENDORS)
    assert vendors_to_reload(full_reload_tag("")) == set()
    with pytest.raises(ValueError, match="FULL_RELOAD names hubspot: write all, or some of sales"):
        full_reload_tag("hubspot")


def test_a_sandboxs_clock_decides_over_the_scheduled_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AS_OF", "2026-12-15T00:00:00Z")
    with dg.instance_for_test() as instance:
        request = evaluate(instance)
    assert request.tags["customer_health/as_of"] == "2026-12-15T00:00:00Z"
    assert request.tags["dagster/asset_partition_range_end"] == "2026-12-01"


def test_the_daily_run_starts_by_itself_where_daily_at_says_when(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DAILY_AT", raising=False)
    schedule = build_daily_schedule(build_job())
    assert schedule.cron_schedule == "0 5 * * *"
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    monkeypatch.setenv("DAILY_AT", "30 3 * * *")
    schedule = build_daily_schedule(build_job())
    assert schedule.cron_schedule == "30 3 * * *"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_daily_at_that_is_no_cron_expression_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DAILY_AT", "3:30")
    with pytest.raises(ValueError, match="DAILY_AT is '3:30', which is not a cron expression"):
        build_daily_schedule(build_job())


def test_the_daily_run_is_left_out_while_another_one_writes() -> None:
    @dg.job
    def nothing() -> None: ...

    with dg.instance_for_test() as instance:
        instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        skipped = evaluate(instance)
    assert isinstance(skipped, dg.SkipReason)
    assert "in progress" in skipped.skip_message
