"""What people are told without looking: a message to a webhook when runs fail and recover, and when
vendors are late and recover.

`ALERT_WEBHOOK_URL` takes JSON with a `text`, as Slack's incoming webhooks do. The address is a key:
it is never written down, neither in logs nor in errors.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping

import dagster as dg

from orchestration.disk_space import explain_if_full
from orchestration.run_history import Verdict, failures_before, verdicts

WEBHOOK = "ALERT_WEBHOOK_URL"
# Failures in a row before the first message: 1 tells of each, 2 leaves out what the next run mends.
AFTER_FAILURES = "ALERT_AFTER_FAILURES"
# Where people open Dagster; links in messages start with it.
DAGSTER_URL = "DAGSTER_URL"
RUNBOOKS = "docs/runbooks"
SHOWN_CHARACTERS = 600
# Seconds; five attempts with their pauses fit into the minute that Dagster gives a sensor.
ANSWERS_WITHIN = 8


class AlertNotSent(Exception):
    """The webhook did not take a message; says why, without its address."""


class WebhookDown(dg.DagsterError):
    """The webhook gives no answer for now. Dagster lets its own errors end a sensor's evaluation
    without moving on, so the next one (30 seconds later) sends the message again; after any other
    error it would be lost."""


def build_alert_sensors() -> list[dg.SensorDefinition]:
    """Two sensors, on by themselves where a webhook is set.

    Without a list of jobs they look at all of the code location's, also at Dagster's own of
    backfills and of what is materialized by hand.
    """
    is_set = bool(os.environ.get(WEBHOOK))
    status = dg.DefaultSensorStatus.RUNNING if is_set else dg.DefaultSensorStatus.STOPPED

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=status,
        description=f"A message to {WEBHOOK} when a run has failed and "
        f"{AFTER_FAILURES} or more did in a row.",
    )
    def alert_on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        in_a_row = failures_before(context.instance, context.dagster_run) + 1
        if in_a_row < after_failures():
            return dg.SkipReason(f"{in_a_row} failed in a row, told from {after_failures()} on.")
        causes = [event.step_failure_data for event in context.get_step_failure_events()]
        tell(context, failure_text(context.dagster_run, in_a_row, map(told_by, causes)))
        return None

    @dg.run_status_sensor(
        name="alert_on_recovery",
        run_status=dg.DagsterRunStatus.SUCCESS,
        default_status=status,
        description=f"A message to {WEBHOOK} when a run has succeeded after failures that were "
        f"told, when a vendor could not be loaded in {AFTER_FAILURES} or more runs in a row, and "
        "when it is loaded again.",
    )
    def alert_on_recovery(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        before = failures_before(context.instance, context.dagster_run)
        lines = success_lines(
            before, verdicts(context.instance, context.dagster_run), after_failures()
        )
        if not lines:
            return dg.SkipReason("Nothing to tell.")
        tell(context, "\n".join([*lines, link(context.dagster_run)]))
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


def told_by(failure: object) -> str:
    """What a failed step says: our own words if there are any, else the exception's; before them
    that the disk is full, if it is."""
    user_data = getattr(failure, "user_failure_data", None)
    told = user_data.description if user_data else None
    message = told or (failure.error.cause or failure.error).message.strip()
    full = explain_if_full(message)
    return f"{full} {message}" if full else message


def success_lines(failures: int, vendors: Mapping[str, Verdict], told_from: int) -> list[str]:
    """What a run that succeeded ends, and what it could not load; empty where that is no news.

    Args:
        failures: runs in a row that failed right before.
        told_from: how many of anything in a row are worth a message.
    """
    lines = []
    if failures >= told_from:
        lines.append(f"Customer health: runs succeed again, after {failures} that failed.")
    for vendor, verdict in sorted(vendors.items()):
        if not verdict.reasons and verdict.failed_before >= told_from:
            lines.append(
                f"Customer health: {vendor} passes its checks again "
                f"(runs in a row in which it did not: {verdict.failed_before})."
            )
    where: dict[str, list[str]] = defaultdict(list)
    for vendor, verdict in sorted(vendors.items()):
        if verdict.failed_before + 1 >= told_from:
            for reason in verdict.reasons:
                where[reason].append(vendor)
    if where:
        lines.append("Customer health: published, with failed checks.")
        lines += [f"- {', '.join(names)}: {reason}" for reason, names in where.items()]
        lines.append(f"What to do: {RUNBOOKS}/load_completed.md")
    return lines


def failure_text(run: dg.DagsterRun, in_a_row: int, causes: Iterable[str]) -> str:
    often = "" if in_a_row == 1 else f", {in_a_row} times in a row now"
    # Steps that failed for one cause say the same.
    told = " / ".join(" ".join(cause.split())[:SHOWN_CHARACTERS] for cause in dict.fromkeys(causes))
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


def tell(context: dg.RunStatusSensorContext, text: str) -> None:
    """Send a message; what cannot be sent is in the log of the sensor's evaluation."""
    try:
        send(text)
    except (AlertNotSent, WebhookDown) as error:
        context.log.error(f"{error} It would have been told:\n{text}")
        raise


def send(text: str) -> None:
    """Send a message to the webhook; what may pass is tried again for some seconds.

    Raises:
        WebhookDown: it gives no answer for now.
        AlertNotSent: it is not set, is not https, or did not take the message.
    """
    from requests import RequestException

    from ingestion.http_client import UnencryptedAddress, vendor_session

    url = os.environ.get(WEBHOOK)
    if not url:
        raise AlertNotSent(f"{WEBHOOK} is not set: set it, or stop this sensor.")
    session = vendor_session(raise_for_status=False)
    try:
        reply = session.post(url, json={"text": text}, timeout=ANSWERS_WITHIN)
    except UnencryptedAddress:
        raise AlertNotSent(f"{WEBHOOK} is not https.") from None
    except RequestException as error:
        # Its words hold the address.
        raise WebhookDown(f"The webhook cannot be reached ({type(error).__name__}).") from None
    if reply.status_code >= 500 or reply.status_code == 429:
        raise WebhookDown(f"The webhook answered HTTP {reply.status_code}.")
    if not reply.ok:
        raise AlertNotSent(f"The webhook answered HTTP {reply.status_code}.")
