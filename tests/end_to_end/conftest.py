"""Runs of the real command over a small sandbox, once per session; the tests look at the traces."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from ingestion.sandbox import start_sandbox
from tests.end_to_end.project import ACCOUNTS, Project, Reader, Run, fact_hash
from tests.metric_oracles.world import World, simulate_world

MONTH_LATER = "2026-12-15T00:00:00Z"


@dataclass
class History:
    """A project's first run, the same again, one killed and one ended a month later."""

    project: Project
    first: Run
    again: Run
    killed: Run
    later: Run
    hashes_first: dict[str, dict[date, str]]
    hashes_again: dict[str, dict[date, str]]
    hashes_later: dict[str, dict[date, str]]
    version_after_kill: set[str]
    version_before_kill: set[str]
    seen: dict
    reader_errors: str


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    project = Project(tmp_path_factory.mktemp("history"))
    first = project.run()
    assert first.exit_code == 0, first.output
    hashes_first = project.month_hashes()
    reader = Reader(project.published)
    again = project.run()
    hashes_again = project.month_hashes()
    version_before_kill = project.versions()
    killed = kill_while_scoring(project)
    version_after_kill = project.versions()
    later = project.run(AS_OF=MONTH_LATER)
    seen, errors = reader.end()
    return History(
        project,
        first,
        again,
        killed,
        later,
        hashes_first,
        hashes_again,
        project.month_hashes(),
        version_after_kill,
        version_before_kill,
        seen,
        errors,
    )


def kill_while_scoring(project: Project) -> Run:
    """A run that dies without a word in the middle of its last dbt build."""
    process = project.start(AS_OF=MONTH_LATER)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Metrics and scores"):
            os.kill(process.pid, signal.SIGKILL)
    return Run(process.wait(), "".join(lines), 0)


@pytest.fixture(scope="session")
def kept_states(history: History) -> dict[str, str]:
    """Version -> content, of every publication of the history."""
    versions = (history.project.data / "serving" / "versions").iterdir()
    return dict(fact_hash(folder / "customer_health.duckdb") for folder in versions)


@pytest.fixture(scope="session")
def worlds() -> dict[date, World]:
    """First month that was not computed again later -> what the sandbox showed to that run."""
    later = datetime.fromisoformat(MONTH_LATER).replace(tzinfo=None)
    return {
        date(2024, 11, 1): simulate_world(ACCOUNTS, datetime(2026, 11, 15)),
        date(2026, 11, 1): simulate_world(ACCOUNTS, later),
    }


@pytest.fixture(scope="session")
def without_pendo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Run]]:
    """A first run of four months with Pendo answering 500 throughout."""
    project = Project(tmp_path_factory.mktemp("without_pendo"))
    as_of = datetime(2026, 11, 15)
    with start_sandbox(accounts=ACCOUNTS, as_of=as_of, down=("pendo",)) as sandbox:
        project.settings = sandbox.environment | {
            "AS_OF": f"{as_of.isoformat()}Z",
            "FIRST_SCORE_MONTH": "2026-08",
            # How long a vendor is waited for is tested with the loads.
            "RUNTIME__REQUEST_BACKOFF_FACTOR": "0.01",
        }
        yield project, project.run()
