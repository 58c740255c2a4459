"""Start the sandbox in a process of its own and end it for certain."""

import shlex
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

READY = "# ready"
PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox; `environment` holds the dlt settings that point at it."""

    environment: dict[str, str]
    process_id: int


@contextmanager
def start_sandbox(
    accounts: int = 200,
    seed: int = 7,
    as_of: datetime = datetime(2026, 11, 15),
    months: int = 24,
    down: Collection[str] = (),
    faults: Collection[str] = (),
    https: bool = False,
    timeout_seconds: float = 300,
) -> Iterator[Sandbox]:
    """Run the four services on free loopback ports; they answer when this returns.

    `as_of` is UTC, naive or aware; vendors in `down` answer 500 to every request; `faults` are
    written as faults.py says; with `https` the settings also name the certificate to trust.
    Raises RuntimeError when the sandbox ends or hangs before it is ready; its own messages are
    on standard error. The process ends with the block, and also when its parent dies:
    it stops once its standard input closes.
    """
    moment = as_of if as_of.tzinfo is None else as_of.astimezone(UTC)
    arguments = [
        *("--accounts", str(accounts)),
        *("--seed", str(seed)),
        *("--months", str(months)),
        *("--as-of", moment.replace(tzinfo=None).isoformat()),
        *("--down", ",".join(down)),
        *(part for fault in faults for part in ("--fault", fault)),
        *(["--https"] if https else []),
        "--until-input-closes",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "ingestion.sandbox", *arguments],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        environment = _environment_when_ready(process, timeout_seconds)
        yield Sandbox(environment, process.pid)
    finally:
        _end(process)


def _environment_when_ready(
    process: subprocess.Popen[str], timeout_seconds: float
) -> dict[str, str]:
    """Read the `export` lines that the sandbox prints before it says that it is ready."""
    assert process.stdout is not None
    environment: dict[str, str] = {}
    clock = threading.Timer(timeout_seconds, process.kill)
    clock.start()
    try:
        for line in process.stdout:
            if line.strip() == READY:
                return environment
            if line.startswith("export "):
                name, _, value = shlex.split(line)[1].partition("=")
                environment[name] = value
    finally:
        clock.cancel()
    raise RuntimeError(
        f"the sandbox ended with code {process.wait()} before it was ready "
        f"(it had {timeout_seconds:g} s); its messages are above, on standard error"
    )


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
