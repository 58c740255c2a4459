"""What people are told without looking: a message to a webhook when runs fail and recover.

`ALERT_WEBHOOK_URL` takes JSON with a `text`, as Slack's incoming webhooks do. The address is a key:
it is never written down, neither in logs nor in errors.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

WEBHOOK = "ALERT_WEBHOOK_URL"
# Failures in a row before the first message: 1 tells of each, 2 leaves out what the next run mends.
AFTER_FAILURES = "ALERT_AFTER_FAILURES"
# Where people open Dagster; links in messages start with it.
DAGSTER_URL = "DAGSTER_URL"
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
RUNBOOKS = "docs/runbooks"
SHOWN_CHARACTERS = 600


class AlertNotSent(Exception):
    """The webhook did not take a message; says why, without its address."""


def build_alert_sensors(
    jobs: Sequence[dg.JobDefinition | UnresolvedAssetJobDefinition],
) -> list[dg.SensorDefinition]:
    """Two sensors, on by themselves where a webhook is set."""
    is_set = bool(os.environ.get(WEBHOOK))
    status = dg.DefaultSensorStatus.RUNNING if is_set else dg.DefaultSensorStatus.STOPPED

    @dg.run_failure_sensor(
        name="alert_on_failure",
        monitored_jobs=jobs,
        default_status=status,
        description=f"A message to {WEBHOOK} when a run has failed and "
        f"{AFTER_FAILURES} or more did in a row.",
    )
    def alert_on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        in_a_row = failures_in_a_row(context.instance, context.dagster_run)
        if in_a_row < after_failures():
            return dg.SkipReason(f"{in_a_row} failed in a row, told from {after_failures()} on.")
        causes = [event.step_failure_data for event in context.get_step_failure_events()]
        send(failure_text(context.dagster_run, in_a_row, map(told_by, causes)))
        return None

    @dg.run_status_sensor(
        name="alert_on_recovery",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=jobs,
        default_status=status,
        description=f"A message to {WEBHOOK} when a run has succeeded after failures that were "
        "told, or although a vendor could not be loaded.",
    )
    def alert_on_recovery(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        before = failures_in_a_row(context.instance, context.dagster_run)
        failed = failed_checks(context.instance, context.dagster_run.run_id)
        lines = []
        if before >= after_failures():
            lines.append(f"Customer health: runs succeed again, after {before} that failed.")
        if failed:
            lines.append("Customer health: published, with failed checks.")
            lines += [f"- {line}" for line in failed]
            lines.append(f"What to do: {RUNBOOKS}/load_completed.md")
        if not lines:
            return dg.SkipReason("Nothing had failed.")
        send("\n".join([*lines, link(context.dagster_run)]))
        return None

    return [alert_on_failure, alert_on_recovery]


def after_failures() -> int:
    """The setting, 1 if there is none.

    Raises:
        ValueError: it is not a number of at least 1.
    """
    text = os.environ.get(AFTER_FAILURES) or "1"
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f"{AFTER_FAILURES} is '{text}': write a number, 1 or more.")
    return int(text)


def failures_in_a_row(instance: dg.DagsterInstance, run: dg.DagsterRun) -> int:
    """How many runs of the job failed one after another up to this one, itself included if it did;
    of a run that succeeded: how many failed right before it."""
    records = instance.get_run_records(
        dg.RunsFilter(job_name=run.job_name, statuses=ENDED), limit=100
    )
    statuses = [record.dagster_run.status for record in records]
    ids = [record.dagster_run.run_id for record in records]
    start = ids.index(run.run_id) + (run.status is dg.DagsterRunStatus.SUCCESS)
    count = 0
    for status in statuses[start:]:
        if status is not dg.DagsterRunStatus.FAILURE:
            break
        count += 1
    return count


def failed_checks(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """The run's failed checks of severity ERROR that did not stop it, one line per cause."""
    records = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    where: dict[str, set[str]] = defaultdict(set)
    for record in records:
        check = record.event_log_entry.dagster_event.asset_check_evaluation_data
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
            where[check.description or check.check_name].add(check.asset_key.path[0])
    return [f"{', '.join(sorted(places))}: {reason}" for reason, places in where.items()]


def told_by(failure: object) -> str:
    """What a failed step says: our own words if there are any, else the exception's."""
    user_data = getattr(failure, "user_failure_data", None)
    if user_data and user_data.description:
        return user_data.description
    error = failure.error.cause or failure.error
    return error.message.strip()


def failure_text(run: dg.DagsterRun, in_a_row: int, causes: Iterable[str]) -> str:
    often = "" if in_a_row == 1 else f", {in_a_row} times in a row now"
    told = " / ".join(" ".join(cause.split())[:SHOWN_CHARACTERS] for cause in causes)
    return "\n".join(
        [
            f"Customer health: a run failed{often}. What is published stays as it was.",
            told or "Its process ended without a word: killed, or the machine went down.",
            f"What to do: {RUNBOOKS}/run_failed.md",
            link(run),
        ]
    )


def link(run: dg.DagsterRun) -> str:
    base = (os.environ.get(DAGSTER_URL) or "http://localhost:3000").rstrip("/")
    return f"{base}/runs/{run.run_id}"


def send(text: str) -> None:
    """Send a message to the webhook.

    Raises:
        AlertNotSent: it is not set, is not https, or did not take the message.
    """
    from requests import RequestException

    from ingestion.http_client import UnencryptedAddress, vendor_session

    url = os.environ.get(WEBHOOK)
    if not url:
        raise AlertNotSent(f"{WEBHOOK} is not set: set it, or stop this sensor.")
    try:
        reply = vendor_session(raise_for_status=False).post(url, json={"text": text})
    except UnencryptedAddress:
        raise AlertNotSent(f"{WEBHOOK} is not https.") from None
    except RequestException as error:
        # Its words hold the address.
        raise AlertNotSent(f"The webhook cannot be reached ({type(error).__name__}).") from None
    if not reply.ok:
        raise AlertNotSent(f"The webhook answered HTTP {reply.status_code}.")
