"""The one job over the whole graph, and when it runs by itself."""

import os
from datetime import UTC

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._utils.schedules import is_valid_cron_string

from orchestration.clock import as_of_setting, as_of_tag
from orchestration.full_reloads import ALL, full_reload_tag, is_full_reload_due, last_whole_read
from orchestration.partitions import partition_tags
from orchestration.paths import published_database
from orchestration.publications import last_as_of
from orchestration.rescoring import RESCORINGS
from orchestration.run_plan import plan_months

JOB = "customer_health"
RESCORING_JOB = "rescoring"
# Vendors' days have ended everywhere by then, and Europe starts to work.
DEFAULT_TIME = "0 5 * * *"
IN_PROGRESS = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def build_job() -> UnresolvedAssetJobDefinition:
    """Everything, in one process: a process per step would import the whole graph again, 6 to 12
    seconds each, and the steps have to wait for each other anyway (one writer)."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Load all vendors, build and test all models, score the months, publish.",
    )


def build_rescoring_job() -> UnresolvedAssetJobDefinition:
    """What depends on which versions are re-scored, and nothing that loads or measures."""
    return dg.define_asset_job(
        RESCORING_JOB,
        selection=dg.AssetSelection.assets(RESCORINGS).downstream(),
        executor_def=dg.in_process_executor,
        description="Score past months under a version beside the official series; publish.",
    )


def daily_at() -> str:
    """When the daily run starts, as a cron expression in UTC: DAILY_AT, else 05:00."""
    text = os.environ.get("DAILY_AT") or DEFAULT_TIME
    if not is_valid_cron_string(text):
        raise ValueError(
            f"DAILY_AT is '{text}', which is not a cron expression. Write it like "
            f"'{DEFAULT_TIME}': minute, hour, day of the month, month, day of the week, in UTC."
        )
    return text


def build_daily_schedule(
    job: UnresolvedAssetJobDefinition,
) -> dg.ScheduleDefinition:
    # Whoever says when wants it to run; on a laptop somebody turns it on in the UI, or nobody.
    runs_by_itself = bool(os.environ.get("DAILY_AT"))

    @dg.schedule(
        name="daily",
        job=job,
        cron_schedule=daily_at(),
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if runs_by_itself
        else dg.DefaultScheduleStatus.STOPPED,
        description="Every day, at 05:00 UTC unless DAILY_AT says otherwise: what is new, and the "
        "months that can still change. Once a week, on Sunday if it runs then, all vendors are "
        "read again from the beginning.",
    )
    def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """as_of is the scheduled time, so that a late start changes nothing."""
        runs = context.instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS), limit=1)
        if runs:
            return dg.SkipReason(f"Run {runs[0].run_id} is in progress, and there is one writer.")
        scheduled = context.scheduled_execution_time.astimezone(UTC).replace(tzinfo=None)
        as_of = as_of_setting() or scheduled
        last = last_as_of(published_database())
        if last and as_of < last:
            # A tick that the daemon makes up for, after somebody ran by hand.
            return dg.SkipReason(f"{last} UTC is already published, and no run goes back.")
        tags = partition_tags(plan_months(as_of)) | as_of_tag(as_of)
        if is_full_reload_due(as_of, last_whole_read(context.instance, JOB)):
            tags |= full_reload_tag(ALL)
        return dg.RunRequest(run_key=scheduled.isoformat(), tags=tags)

    return daily
