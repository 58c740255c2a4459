"""A disk that is full, or too full for a run."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration import __main__ as commands
from orchestration.disk_space import DiskFull, bytes_needed, explain_if_full, require_space


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
    assert bytes_needed(warehouse) == 2**30


def test_an_error_is_explained_by_a_full_disk_only_where_it_is_full(free: list[int]) -> None:
    assert explain_if_full(OSError("anything")) is None
    free[0] = 2**20
    assert "1 MB are free, the run broke off (OSError)" in str(explain_if_full(OSError("any")))


def test_a_command_that_breaks_for_want_of_room_says_so(
    free: list[int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_off(arguments: object) -> int:
        raise OSError("database or disk is full")

    monkeypatch.setattr(commands, "dispatch", break_off)
    monkeypatch.setattr("sys.argv", ["orchestration", "run"])
    with pytest.raises(OSError, match="disk is full"):
        commands.main()
    free[0] = 0
    assert commands.main() == 2
    assert "is full: 0 MB are free" in capsys.readouterr().err
