"""Messages about runs, as a receiver on this machine gets them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import dagster as dg
import pytest

from orchestration.alerts import AlertNotSent, build_alert_sensors, send

EVERYTHING = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
ENDS = (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE)
SECRET_PATH = "/services/T0/B0/very-secret"


@dg.asset_check(asset=dg.AssetKey(["pendo", "events"]), name="load_completed")
def late() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=False, severity=dg.AssetCheckSeverity.ERROR, description="Complete through May only."
    )


@dg.asset(config_schema={"cause": dg.Field(str, default_value="")})
def scores(context: dg.AssetExecutionContext) -> None:
    if cause := context.op_execution_context.op_config["cause"]:
        raise dg.Failure(cause)


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The texts that the webhook got."""
    texts: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            texts.append(json.loads(body)["text"])
            self.send_response(200)
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


def run(instance: dg.DagsterInstance, cause: str = "", is_late: bool = False) -> str:
    """Let a run end, and both sensors look at it."""
    definitions = dg.Definitions(
        assets=[scores],
        asset_checks=[late] if is_late else [],
        jobs=[dg.define_asset_job("customer_health", EVERYTHING)],
    )
    job = definitions.resolve_job_def("customer_health")
    result = job.execute_in_process(
        instance=instance,
        run_config={"ops": {"scores": {"config": {"cause": cause}}}},
        raise_on_error=False,
    )
    on_failure, on_recovery = build_alert_sensors([job])
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
    with pytest.raises(AlertNotSent, match=message) as raised:
        send("text")
    assert "very-secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_sensors_are_on_where_a_webhook_is_set(
    received: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, stopped = dg.DefaultSensorStatus.RUNNING, dg.DefaultSensorStatus.STOPPED
    job = dg.define_asset_job("customer_health", dg.AssetSelection.all())
    assert {sensor.default_status for sensor in build_alert_sensors([job])} == {running}
    monkeypatch.delenv("ALERT_WEBHOOK_URL")
    assert {sensor.default_status for sensor in build_alert_sensors([job])} == {stopped}


def test_a_threshold_that_is_no_number_is_refused(
    instance: dg.DagsterInstance, received: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_AFTER_FAILURES", "often")
    with pytest.raises(ValueError, match="ALERT_AFTER_FAILURES is 'often': write a number"):
        run(instance, "once")
