from datetime import UTC, datetime

import dagster as dg
import pytest

from orchestration.schedules import build_daily_schedule, build_job

AT = datetime(2026, 11, 15, 5, tzinfo=UTC)


def evaluate(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=AT)
    return build_daily_schedule(build_job())(context)


def test_the_daily_run_is_for_its_scheduled_time_and_the_months_that_need_it() -> None:
    with dg.instance_for_test() as instance:
        request = evaluate(instance)
    assert request.tags == {
        "customer_health/as_of": "2026-11-15T05:00:00Z",
        "dagster/asset_partition_range_start": "2024-11-01",
        "dagster/asset_partition_range_end": "2026-11-01",
    }


def test_a_sandboxs_clock_decides_over_the_scheduled_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AS_OF", "2026-12-15T00:00:00Z")
    with dg.instance_for_test() as instance:
        request = evaluate(instance)
    assert request.tags["customer_health/as_of"] == "2026-12-15T00:00:00Z"
    assert request.tags["dagster/asset_partition_range_end"] == "2026-12-01"


def test_the_daily_run_is_left_out_while_another_one_writes() -> None:
    @dg.job
    def nothing() -> None: ...

    with dg.instance_for_test() as instance:
        instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        skipped = evaluate(instance)
    assert isinstance(skipped, dg.SkipReason)
    assert "in progress" in skipped.skip_message
