from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from ingestion.warehouse import VENDORS
from orchestration.full_reloads import (
    FULL_RELOAD_TAG,
    full_reload_tag,
    vendors_to_reload,
)
from orchestration.schedules import build_daily_schedule, build_job
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


def test_on_sundays_all_vendors_are_read_again_from_the_beginning() -> None:
    with dg.instance_for_test() as instance:
        assert evaluate(instance, SUNDAY).tags[FULL_RELOAD_TAG] == "all"
        assert FULL_RELOAD_TAG not in evaluate(instance, MONDAY).tags


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
