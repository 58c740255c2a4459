"""A disk that is full, or too full for a run."""

import errno
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest

from orchestration import __main__ as commands
from orchestration.alerts import told_by
from orchestration.disk_space import DiskFull, bytes_needed, explain_if_full, require_space
from orchestration.run_command import failures
from orchestration.serving import new_candidate_folder


class Usage(NamedTuple):
    free: int


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes are free, to be changed."""
    left = [10**12]
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(left[0]))
    return left


def test_a_run_that_would_not_fit_is_refused_with_how_much_it_needs(
    warehouse: Path, free: list[int]
) -> None:
    require_space(warehouse)
    free[0] = 100 * 2**20
    with pytest.raises(DiskFull, match="100 MB are free, a run needs about 250 MB.*disk_full.md"):
        require_space(warehouse)


def test_what_a_run_needs_grows_with_the_warehouse(warehouse: Path) -> None:
    with open(warehouse, "r+b") as file:
        file.truncate(2**30)
    (warehouse.parent / "serving").mkdir()
    assert bytes_needed(warehouse) == {warehouse.parent: 2**30}


def test_what_is_published_needs_room_on_its_own_disk_where_it_has_one(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = warehouse.parent / "serving"
    monkeypatch.setattr("orchestration.disk_space.on_one_disk", lambda *_: False)
    free = {warehouse.parent: 10**12, serving: 10**12}
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(free[folder]))
    require_space(warehouse)
    free[serving] = 100 * 2**20
    with pytest.raises(DiskFull, match=rf"The disk of {serving} is full: 100 MB are free"):
        require_space(warehouse)


def test_what_a_killed_publication_left_is_removed_before_room_is_asked_for(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = warehouse.parent / "serving"
    candidate = new_candidate_folder(serving)
    (candidate / "customer_health.duckdb").write_text("half a publication")
    os.link(candidate / "customer_health.duckdb", serving / ".customer_health.duckdb.new")
    os.symlink("versions", serving / ".parquet.new")

    def free_now(folder: Path) -> Usage:
        return Usage(0 if list(serving.iterdir()) else 10**12)

    monkeypatch.setattr(shutil, "disk_usage", free_now)
    require_space(warehouse)


def test_an_error_is_explained_by_a_full_disk_only_where_it_is_full(free: list[int]) -> None:
    assert explain_if_full(OSError("anything")) is None
    assert explain_if_full("The test weights_sum_to_100 failed.") is None
    free[0] = 2**20
    assert "1 MB are free, the run broke off (OSError)" in str(explain_if_full(OSError("any")))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        'IO Error: Could not write file "/data/warehouse.duckdb": No space left on device',
    ],
)
def test_an_error_that_says_that_the_disk_is_full_is_believed_although_there_is_room_again(
    data: Path, free: list[int], error: OSError | str
) -> None:
    """What was half written is gone by the time that anybody looks."""
    told = str(explain_if_full(error))
    assert told.startswith(f"The disk of {data} has too little room: 953,674 MB are free")
    assert "the run broke off" in told


def test_steps_that_failed_for_want_of_room_say_so(free: list[int]) -> None:
    @dg.op
    def write() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @dg.op
    def check() -> None:
        raise dg.Failure("The weights sum to 95.")

    @dg.job
    def job() -> None:
        write()
        check()

    result = job.execute_in_process(raise_on_error=False)
    first, second = sorted(failures(result), key=len)
    assert first == "The weights sum to 95."
    assert "No space left on device" in second
    assert "docs/runbooks/disk_full.md" in second
    events = {
        event.step_key: event.step_failure_data
        for event in result.all_node_events
        if event.is_step_failure
    }
    assert told_by(events["write"]).startswith("The disk of ")
    assert told_by(events["check"]) == "The weights sum to 95."


def test_a_command_that_breaks_for_want_of_room_says_so(
    free: list[int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_off(arguments: object) -> int:
        raise OSError("anything")

    monkeypatch.setattr(commands, "dispatch", break_off)
    monkeypatch.setattr("sys.argv", ["orchestration", "run"])
    with pytest.raises(OSError, match="anything"):
        commands.main()
    free[0] = 0
    assert commands.main() == 2
    assert "is full: 0 MB are free" in capsys.readouterr().err
