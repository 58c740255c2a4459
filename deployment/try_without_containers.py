"""Try what compose.yaml starts, as processes of this machine, through what servers go through.

    .venv/bin/uv sync --group deployment
    .venv/bin/python -m deployment.try_without_containers [TRIAL ...]

It needs PostgreSQL's programs (Debian: apt-get install postgresql) and ten to twenty minutes, and
leaves nothing behind but a folder of logs where something failed.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from deployment.trial_processes import PROJECT, Service, free_port, postgres, wait_until
from ingestion.sandbox import start_sandbox

AS_OF = datetime(2026, 11, 15)
ACCOUNTS = 12
LAST_STEP = "dbt_with_score_month"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
RUNS = "{ runsOrError(limit: 100) { ... on Runs { results { runId status } } } }"
STEPS = """
query($run: ID!) { runOrError(runId: $run) { ... on Run { stepStats { stepKey startTime } } } }
"""
EVENTS = """
query($run: ID!, $after: String) { logsForRun(runId: $run, afterCursor: $after) {
    ... on EventConnection { cursor hasMore events { ... on EngineEvent { message } } } } }
"""


class Dagster:
    """What the web server says about runs; the schedule starts one each minute."""

    def __init__(self, port: str) -> None:
        self.address = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: str | None) -> dict:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = Request(self.address, body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def runs(self) -> dict[str, str]:
        """Run id -> status, the newest first."""
        return {r["runId"]: r["status"] for r in self.ask(RUNS)["runsOrError"]["results"]}

    def next_run(self) -> str:
        """A run that the schedule starts after now."""
        before = self.runs()
        return wait_until("a tick that starts a run", lambda: first(self.runs(), before), 300)

    def wait_for_step(self, run: str, step: str = LAST_STEP) -> None:
        def has_started() -> bool:
            steps = self.ask(STEPS, run=run)["runOrError"]["stepStats"]
            return any(told["stepKey"] == step and told["startTime"] for told in steps)

        wait_until(f"step {step}", has_started, 600)

    def process_of(self, run: str) -> int:
        """The number of the process that executes a run, as the code location noted it."""
        after = None
        while True:
            page = self.ask(EVENTS, run=run, after=after)["logsForRun"]
            for event in page["events"]:
                if found := re.search(r"Started process for run \(pid: (\d+)\)", str(event)):
                    return int(found[1])
            if not page["hasMore"]:
                raise LookupError(f"run {run} tells no process")
            after = page["cursor"]

    def end_of(self, run: str, patience: float = 600) -> str:
        def status() -> str | None:
            return self.runs()[run] if self.runs()[run] in ENDED else None

        return wait_until(f"the end of run {run}", status, patience)


def first(runs: Mapping[str, str], known: Mapping[str, str]) -> str | None:
    return next((run for run in runs if run not in known), None)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


def require(holds: bool, what: str) -> None:
    say(f"{'ok' if holds else 'NOT SO'}: {what}")
    if not holds:
        raise SystemExit(1)


def bring_up(services: Sequence[Service]) -> None:
    """One after the other, each when the one before is healthy, as compose does."""
    for service in services:
        started = time.monotonic()
        wait_until(f"health of {service.name}", service.start().is_healthy, 180)
        say(f"ok: {service.name} is healthy after {time.monotonic() - started:.0f} s")


def published(data: Path) -> str | None:
    link = data / "serving" / "parquet"
    return link.readlink().parent.name if link.is_symlink() else None


class Trial(NamedTuple):
    data: Path
    dagster: Dagster
    code_location: Service
    webserver: Service
    daemon: Service

    def running(self) -> str:
        """The next run, when it has come to its last step."""
        run = self.dagster.next_run()
        self.dagster.wait_for_step(run)
        return run

    def succeeds(self, run: str, which: str) -> None:
        before, started = published(self.data), time.monotonic()
        status = self.dagster.end_of(run)
        took = time.monotonic() - started
        require(status == "SUCCESS", f"{which} ends with {status}, {took:.0f} s later")
        now = published(self.data)
        require(now not in (None, before), f"it published version {now}")

    def next_succeeds(self) -> None:
        self.succeeds(self.dagster.next_run(), "the next run")


def schedule(trial: Trial) -> None:
    """The schedule starts a run."""
    trial.succeeds(trial.dagster.next_run(), "the run")


def daemon(trial: Trial) -> None:
    """The daemon is killed during a run."""
    run = trial.running()
    trial.daemon.kill()
    time.sleep(5)
    bring_up([trial.daemon])
    trial.succeeds(run, "the run that was in progress")


def run(trial: Trial) -> None:
    """The process of a run is killed."""
    run = trial.running()
    os.kill(trial.dagster.process_of(run), signal.SIGKILL)
    killed, before = time.monotonic(), published(trial.data)
    status = trial.dagster.end_of(run)
    took = time.monotonic() - killed
    require(status == "FAILURE", f"it is marked as {status} after {took:.0f} s")
    require(published(trial.data) == before, "what was published stays")
    trial.next_succeeds()


def code_location(trial: Trial) -> None:
    """The code location is killed during a run, with the run and dbt, and started again."""
    run = trial.running()
    trial.code_location.kill()
    bring_up([trial.code_location])
    status = trial.dagster.end_of(run, patience=60)
    require(status == "FAILURE", f"the run is marked as {status}")
    trial.next_succeeds()


def upgrade(trial: Trial) -> None:
    """The code location is told to stop during a run, as by an upgrade, and started again."""
    run = trial.running()
    took = trial.code_location.stop(patience=600)
    status = trial.dagster.end_of(run)
    require(status == "SUCCESS", f"it waited {took:.0f} s for the run, which ended with {status}")
    bring_up([trial.code_location])


TRIALS = {t.__name__: t for t in (schedule, daemon, run, code_location, upgrade)}


def main(names: Sequence[str]) -> None:
    unknown = set(names) - set(TRIALS)
    if unknown:
        sys.exit(f"No such trial: {', '.join(sorted(unknown))}. There are {', '.join(TRIALS)}.")
    # A shell starts background jobs deaf to SIGINT, and Dagster then ignores SIGTERM too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="deployment-trial-"))
    # PostgreSQL's user has to reach its folder.
    folder.chmod(0o755)
    data = folder / "data"
    settings = {
        **{name: free_port() for name in ("POSTGRES_PORT", "CODE_LOCATION_PORT", "WEBSERVER_PORT")},
        "POSTGRES_PASSWORD": "a b$c'd",
        "POSTGRES_USER": "dagster",
        "DAILY_AT": "* * * * *",
        "AS_OF": f"{AS_OF.isoformat()}Z",
        "FIRST_SCORE_MONTH": "2026-09",
        "CODE_VERSION": "trial",
        "WAREHOUSE_PATH": str(data / "warehouse.duckdb"),
        "DAGSTER_HOME": str(data / "dagster"),
        "DBT_PROJECT_DIR": str(PROJECT / "dbt_project"),
        "DBT_TARGET_PATH": str(data / "dbt"),
        "MORE_DAGSTER_SETTINGS": str(PROJECT / "deployment" / "storage.yaml"),
        "DO_NOT_TRACK": "1",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_LOG_LEVEL_FILE": "info",
    }
    say(f"Logs and data: {folder}")
    services: list[Service] = []
    with (
        start_sandbox(accounts=ACCOUNTS, as_of=AS_OF, months=4) as sandbox,
        postgres(folder / "postgres", settings),
    ):
        try:
            services = [
                Service("code-location", folder, settings | sandbox.environment),
                Service("webserver", folder, settings),
                Service("daemon", folder, settings),
            ]
            bring_up(services)
            trial = Trial(data, Dagster(settings["WEBSERVER_PORT"]), *services)
            for name in names or TRIALS:
                say(TRIALS[name].__doc__)
                TRIALS[name](trial)
        finally:
            for service in services:
                with suppress(ProcessLookupError, AttributeError):
                    service.kill()
    shutil.rmtree(folder)
    say("Everything went as it should.")


if __name__ == "__main__":
    main(sys.argv[1:])
