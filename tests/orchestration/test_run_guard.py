import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.paths import PROJECT_FOLDER
from orchestration.run_guard import (
    PROCESS_TAG,
    RunInProgress,
    close_left_behind_runs,
    is_left_behind,
    process_tag,
    refuse_second_run,
)
from orchestration.warehouse_lock import hold_warehouse, let_go
from orchestration.warehouse_state import StrayProcess, check_writable


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def start_run(instance: dg.DagsterInstance, tags: dict[str, str]) -> str:
    @dg.job
    def nothing() -> None: ...

    run = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED, tags=tags)
    return run.run_id


def test_a_run_of_a_process_that_is_gone_is_marked_as_failed(instance: dg.DagsterInstance) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    run_id = start_run(instance, {PROCESS_TAG: f"{socket.gethostname()}/{ended.pid}/1"})
    assert close_left_behind_runs(instance) == [run_id]
    assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.FAILURE
    refuse_second_run(instance)


def test_a_second_run_is_refused_and_the_first_one_named(instance: dg.DagsterInstance) -> None:
    run_id = start_run(instance, process_tag())
    assert close_left_behind_runs(instance) == []
    with pytest.raises(RunInProgress, match=f"Run {run_id} is in progress.*process {os.getpid()}"):
        refuse_second_run(instance)


def test_a_run_from_the_ui_is_never_taken_for_left_behind(instance: dg.DagsterInstance) -> None:
    start_run(instance, {})
    assert close_left_behind_runs(instance) == []
    with pytest.raises(RunInProgress, match="from the UI"):
        refuse_second_run(instance)


def test_a_process_number_that_is_used_again_is_another_process() -> None:
    host = socket.gethostname()
    assert is_left_behind(f"{host}/{os.getpid()}/1")
    assert not is_left_behind(process_tag()[PROCESS_TAG])
    assert not is_left_behind(f"another-machine/{os.getpid()}/1")


LOCK = """
import sys
from pathlib import Path
from orchestration.warehouse_lock import hold_warehouse
hold_warehouse(Path(sys.argv[1]), "run 42")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(script: str, warehouse: Path) -> Iterator[subprocess.Popen]:
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT_FOLDER,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.communicate()


def test_only_one_process_writes_and_the_other_is_told_who(warehouse: Path) -> None:
    with held_by_another(LOCK, warehouse) as holder:
        told = rf"is being written by run 42 \(process {holder.pid}\), and only one may write"
        with pytest.raises(StrayProcess, match=told):
            hold_warehouse(warehouse, "run 43", patience=0)
    hold_warehouse(warehouse, "run 43", patience=0)
    hold_warehouse(warehouse, "run 43", patience=0)
    let_go(warehouse)


def test_the_lock_of_a_killed_process_is_free(warehouse: Path) -> None:
    with held_by_another(LOCK, warehouse) as holder:
        holder.kill()
        hold_warehouse(warehouse, "run 43", patience=5)
    let_go(warehouse)


HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_warehouse_that_another_process_holds_is_refused_with_advice(warehouse: Path) -> None:
    with held_by_another(HOLD, warehouse) as holder:
        with pytest.raises(StrayProcess, match="End that process.*published database") as refused:
            check_writable(warehouse, patience=0)
        assert str(holder.pid) in str(refused.value)
    check_writable(warehouse, patience=10)
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
