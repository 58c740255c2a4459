"""A dbt started by hand beside a run, or on the warehouse that runs publish from."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from orchestration.paths import PROJECT_FOLDER
from orchestration.warehouse_lock import hold_warehouse, let_go
from orchestration.warehouse_state import StrayProcess

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def outside_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAREHOUSE_RUN", raising=False)


@pytest.fixture(scope="module")
def one_writer() -> ModuleType:
    path = PROJECT_FOLDER / "dbt_project" / "plugins" / "one_writer.py"
    spec = importlib.util.spec_from_file_location("one_writer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dbt(warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """dbt as somebody types it in the project's folder."""
    return subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            "--no-use-colors",
            *arguments,
            "--profiles-dir",
            ".",
        ],
        cwd=PROJECT_FOLDER / "dbt_project",
        env=os.environ
        | {"WAREHOUSE_PATH": str(warehouse), "DBT_TARGET_PATH": str(warehouse.parent)},
        capture_output=True,
        text=True,
    )


def test_dbt_by_hand_is_refused_while_a_run_writes_and_lets_no_run_in(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    hold_warehouse(warehouse, "run 42")
    os.environ.pop("WAREHOUSE_RUN")
    refused = dbt(warehouse, "seed", "--select", "size_segments")
    assert refused.returncode
    assert f"is being written by run 42 (process {os.getpid()})" in refused.stdout
    assert "work on a copy" in refused.stdout
    assert not warehouse.exists()
    let_go(warehouse)
    done = dbt(warehouse, "seed", "--select", "size_segments")
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("from reference.size_segments").fetchall()
    (tmp_path / "serving").mkdir()
    refused = dbt(warehouse, "seed", "--select", "size_segments")
    assert refused.returncode
    assert "dbt seed by hand would change" in refused.stdout
    assert "published without an audit" in refused.stdout


def test_who_looks_is_let_in_where_nobody_writes(tmp_path: Path, one_writer: ModuleType) -> None:
    (tmp_path / "serving").mkdir()
    warehouse = tmp_path / "warehouse.duckdb"
    one_writer.admit(warehouse, "show")
    with pytest.raises(StrayProcess, match=f"written by process {os.getpid()}"):
        hold_warehouse(warehouse, "run 42", patience=0)
    one_writer._locks.pop(warehouse).close()


def test_the_dbt_of_a_run_is_let_in(
    tmp_path: Path, one_writer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    (tmp_path / "serving").mkdir()
    hold_warehouse(warehouse, "run 42")
    one_writer.admit(warehouse, "build")
    let_go(warehouse)
    assert "WAREHOUSE_RUN" not in os.environ


def test_a_dbt_that_has_outlived_its_run_is_not_let_in(
    tmp_path: Path, one_writer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    (tmp_path / "serving").mkdir()
    hold_warehouse(warehouse, "run 42")
    words = os.environ["WAREHOUSE_RUN"]
    let_go(warehouse)
    monkeypatch.setenv("WAREHOUSE_RUN", words)
    with pytest.raises(Exception, match="published without an audit"):
        one_writer.admit(warehouse, "build")
    hold_warehouse(warehouse, "run 43")
    monkeypatch.setenv("WAREHOUSE_RUN", words)
    with pytest.raises(Exception, match="is being written by run 43"):
        one_writer.admit(warehouse, "show")
    let_go(warehouse)
