"""Messages about runs, as a receiver on this machine gets them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import dagster as dg
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from orchestration.alerts import AlertNotSent, WebhookDown, build_alert_sensors, send

EVERYTHING = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
ENDS = (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE)
SECRET_PATH = "/services/T0/B0/very-secret"


def build_check(is_late: bool) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=dg.AssetKey(["pendo", "events"]), name="load_completed")
    def load_completed() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=not is_late,
            severity=dg.AssetCheckSeverity.ERROR,
            description="Complete through May only." if is_late else "Complete through June.",
        )

    return load_completed


@dg.asset(config_schema={"cause": dg.Field(str, default_value="")})
def scores(context: dg.AssetExecutionContext) -> None:
    if cause := context.op_execution_context.op_config["cause"]:
        raise dg.Failure(cause)


@pytest.fixture
def answers() -> list[int]:
    """The webhook's next answers; 200 after these."""
    return []


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch, answers: list[int]) -> Iterator[list[str]]:
    """The texts that the webhook took."""
    texts: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = answers.pop(0) if answers else 200
            if answer == 200:
                texts.append(json.loads(body)["text"])
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ALERT_WEBHOOK_URL", f"http://127.0.0.1:{server.server_port}{SECRET_PATH}")
    monkeypatch.setenv("DAGSTER_URL", "https://dagster.example.com/")
    yield texts
    server.shutdown()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def end_run(
    instance: dg.DagsterInstance,
    cause: str = "",
    is_late: bool | None = None,
    job: str = "customer_health",
) -> dg.ExecuteInProcessResult:
    definitions = dg.Definitions(
        assets=[scores],
        asset_checks=[] if is_late is None else [build_check(is_late)],
        jobs=[dg.define_asset_job("customer_health", EVERYTHING)],
    )
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        run_config={"ops": {"scores": {"config": {"cause": cause}}}},
        raise_on_error=False,
    )


def run(instance: dg.DagsterInstance, cause: str = "", is_late: bool | None = None) -> str:
    """Let a run end, and the sensor for its end look at it.

    Args:
        is_late: whether a vendor is; None: the run does not look.
    """
    result = end_run(instance, cause, is_late)
    on_failure, on_recovery = build_alert_sensors()
    event = [e for e in result.all_events if e.event_type in ENDS][-1]
    sensor = on_recovery if result.success else on_failure
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
        dagster_event=event,
    )
    sensor(context if result.success else context.for_run_failure())
    return result.run_id


def test_a_failure_is_told_with_its_cause_and_a_link(
    instance: dg.DagsterInstance, received: list[str]
) -> None:
    run_id = run(instance, "The group weights of\n  customer_health sum to 95, not to 100.")
    assert received == [
        "Customer health: a run failed. What is published stays as it was.\n"
        "The group weights of customer_health sum to 95, not to 100.\n"
        "What to do: docs/runbooks/run_failed.md\n"
        f"https://dagster.example.com/runs/{run_id}"
    ]


def test_failures_below_the_threshold_and_their_end_are_not_told(
    instance: dg.DagsterInstance, received: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_AFTER_FAILURES", "2")
    run(instance, "once")
    run(instance)
    assert received == []
    run(instance, "once")
    run(instance, "twice")
    run(instance, "thrice")
    assert "a run failed, 2 times in a row now." in received[0]
    assert "a run failed, 3 times in a row now." in received[1]
    run_id = run(instance)
    assert received[2] == (
        "Customer health: runs succeed again, after 3 that failed.\n"
        f"https://dagster.example.com/runs/{run_id}"
    )
    run(instance)
    assert len(received) == 3


def test_a_vendor_that_is_late_is_told_although_the_run_succeeds(
    instance: dg.DagsterInstance, received: list[str]
) -> None:
    run(instance, is_late=True)
    assert "published, with failed checks.\n- pendo: Complete through May only.\n" in received[0]


def test_a_vendor_that_recovers_is_told_once(
    instance: dg.DagsterInstance, received: list[str]
) -> None:
    run(instance, is_late=False)
    run(instance, is_late=True)
    run(instance, is_late=True)
    # Neither a failed run nor one that did not look says that it recovered.
    run(instance, "The disk is full.", is_late=False)
    run(instance)
    told = len(received)
    run_id = run(instance, is_late=False)
    run(instance, is_late=False)
    assert received[told:] == [
        "Customer health: pendo passes its checks again (runs in a row in which it did not: 2).\n"
        f"https://dagster.example.com/runs/{run_id}"
    ]


def test_a_vendor_that_is_late_less_often_than_the_threshold_is_not_told(
    instance: dg.DagsterInstance, received: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_AFTER_FAILURES", "2")
    run(instance, is_late=True)
    run(instance, is_late=False)
    run(instance, is_late=True)
    assert received == []
    run(instance, is_late=True)
    run(instance, is_late=False)
    assert "- pendo: Complete through May only." in received[0]
    assert "pendo passes its checks again" in received[1]
    assert len(received) == 2


def evaluate(instance: dg.DagsterInstance, cursor: str | None) -> tuple[str | None, list[str]]:
    """Let Dagster evaluate the sensor for failures; the cursor after it, and errors of its tick."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    tick = build_alert_sensors()[0].evaluate_tick(context)
    return tick.cursor, [str(r.error) for r in tick.dagster_run_reactions if r.error]


def test_runs_of_backfills_are_told_too(instance: dg.DagsterInstance, received: list[str]) -> None:
    cursor, _ = evaluate(instance, None)
    end_run(instance, "The months' weights are wrong.", job="__ASSET_JOB")
    evaluate(instance, cursor)
    assert "The months' weights are wrong." in received[0]


def test_a_message_is_sent_again_until_a_webhook_that_is_down_takes_it(
    instance: dg.DagsterInstance,
    received: list[str],
    answers: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "3")
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    cursor, _ = evaluate(instance, None)
    end_run(instance, "once")
    answers += [503] * 5
    # The evaluation fails, and so does not move on.
    with pytest.raises(WebhookDown, match="The webhook answered HTTP 503"):
        evaluate(instance, cursor)
    assert answers == [503, 503]
    cursor, errors = evaluate(instance, cursor)
    assert len(received) == 1 and not errors
    evaluate(instance, cursor)
    assert len(received) == 1


def test_a_message_that_the_webhook_refuses_holds_up_no_later_one(
    instance: dg.DagsterInstance, received: list[str], answers: list[int]
) -> None:
    cursor, _ = evaluate(instance, None)
    end_run(instance, "once")
    end_run(instance, "twice")
    answers.append(404)
    cursor, errors = evaluate(instance, cursor)
    assert "The webhook answered HTTP 404" in errors[0]
    assert "very-secret" not in errors[0]
    evaluate(instance, cursor)
    assert "twice" in received[0]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is not set"),
        (f"http://hooks.example.com{SECRET_PATH}", "is not https"),
        (f"http://127.0.0.1:9{SECRET_PATH}", r"cannot be reached \(ConnectionError\)"),
    ],
)
def test_an_alert_that_cannot_be_sent_says_why_and_not_where(
    url: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK_URL", url)
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "1")
    with pytest.raises((AlertNotSent, WebhookDown), match=message) as raised:
        send("text")
    assert "very-secret" not in str(raised.value)
    assert "very-secret" not in str(serializable_error_info_from_exc_info(raised._excinfo))
    assert raised.value.__cause__ is None


def test_sensors_are_on_where_a_webhook_is_set(
    received: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, stopped = dg.DefaultSensorStatus.RUNNING, dg.DefaultSensorStatus.STOPPED
    assert {sensor.default_status for sensor in build_alert_sensors()} == {running}
    monkeypatch.delenv("ALERT_WEBHOOK_URL")
    assert {sensor.default_status for sensor in build_alert_sensors()} == {stopped}


def test_a_threshold_that_is_no_number_is_refused(
    instance: dg.DagsterInstance, received: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_AFTER_FAILURES", "often")
    with pytest.raises(ValueError, match="ALERT_AFTER_FAILURES is 'often': write a number"):
        run(instance, "once")
