from pathlib import Path

import dagster as dg
import duckdb
import pytest

from deployment.backup import back_up
from orchestration.run_guard import RunInProgress


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "data" / "warehouse.duckdb"
    (path.parent / "unaudited").mkdir(parents=True)
    (path.parent / "unaudited" / "step.json").write_text("{}")
    monkeypatch.setenv("WAREHOUSE_PATH", str(path))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table history as select 1 as version")
    return path


def test_a_backup_is_the_warehouse_and_what_is_noted_about_it(
    warehouse: Path, tmp_path: Path
) -> None:
    with dg.instance_for_test():
        folder = back_up(tmp_path / "backups")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [folder.name]
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select version from history").fetchone() == (1,)
    assert (folder / "unaudited" / "step.json").exists()


def test_no_backup_is_taken_while_a_run_writes(warehouse: Path, tmp_path: Path) -> None:
    @dg.job
    def nothing() -> None: ...

    with dg.instance_for_test() as instance:
        instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        with pytest.raises(RunInProgress):
            back_up(tmp_path / "backups")
    assert not (tmp_path / "backups").exists()
