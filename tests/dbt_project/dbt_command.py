"""dbt as people run it: a process of its own on a warehouse of the test's own.

The processes are forks of one that has imported dbt, which takes as long as a small build.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

REPOSITORY = Path(__file__).parents[2]
AS_OF = "2026-11-15 00:00:00"
# What dbt parsed, by project and variables, for all copies of this process.
PARSED = tempfile.TemporaryDirectory(prefix="dbt_parsed_")


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])


def run_dbt(arguments: list[str], folder: str, environment: dict[str, str], output: str) -> None:
    """In a process of its own: the command line's exit code becomes that of the process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with open(output, "w") as printed:
        for stream in (1, 2):
            os.dup2(printed.fileno(), stream)
    from dbt.cli.main import cli

    cli(arguments)


@dataclass(frozen=True)
class DbtRun:
    """What a dbt command came to: its exit code and everything that it printed."""

    exit_code: int
    output: str


@dataclass(frozen=True)
class DbtFolder:
    """A dbt project and a warehouse beside it, both of the test's own."""

    project: Path
    warehouse: Path
    # Several processes may read a warehouse at a time, or one of them write.
    read_only: bool = False

    def run(self, *arguments: str, start: str, end: str, **more: Any) -> DbtRun:
        """Run `dbt <arguments>` for the months start .. end (ISO dates), with more variables."""
        months = {"start_month": start, "end_month": end, "as_of": AS_OF}
        variables = json.dumps(months | more)
        parsed = self._reuse_parsed(variables)
        command = [*arguments, "--vars", variables, "--profiles-dir", ".", "--no-use-colors"]
        # dbt would take another test's project or target folder from the environment.
        environment = {
            **{name: value for name, value in os.environ.items() if name[:4] != "DBT_"},
            "WAREHOUSE_PATH": self._warehouse_path(),
            "DO_NOT_TRACK": "1",
            "DBT_LOG_LEVEL_FILE": "info",
        }
        with tempfile.NamedTemporaryFile("r") as printed:
            process = FORKS.Process(
                target=run_dbt, args=(command, str(self.project), environment, printed.name)
            )
            process.start()
            process.join()
            finished = DbtRun(process.exitcode, printed.read())
        if self._parsed.exists():
            shutil.copyfile(self._parsed, parsed)
        return finished

    @property
    def _parsed(self) -> Path:
        return self.project / "target" / "partial_parse.msgpack"

    def _warehouse_path(self) -> str:
        """Relative if it lies beside the project: dbt parses anew where it is another one."""
        is_beside = self.warehouse.parent == self.project.parent
        return f"../{self.warehouse.name}" if is_beside else str(self.warehouse)

    def _reuse_parsed(self, variables: str) -> Path:
        """Put there what dbt parsed of such a project with these variables; where to keep the next.

        Parsing takes longer than most builds here. dbt parses again whatever file has changed.
        """
        project = (self.project / "dbt_project.yml").read_bytes()
        digest = hashlib.sha256(project + variables.encode()).hexdigest()
        parsed = Path(PARSED.name) / digest
        if parsed.exists() and self.project != REPOSITORY / "dbt_project":
            self._parsed.parent.mkdir(exist_ok=True)
            shutil.copyfile(parsed, self._parsed)
        return parsed

    def build(self, *arguments: str, start: str, end: str, **more: Any) -> None:
        """Run `dbt <arguments>` and fail with its output if it fails."""
        finished = self.run(*arguments, start=start, end=end, **more)
        assert finished.exit_code == 0, finished.output

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=self.read_only) as connection:
            return connection.execute(query).fetchall()

    def copy(self, folder: Path) -> DbtFolder:
        """Copy the project, its seeds and the warehouse into the folder."""
        shutil.copytree(self.project.parent, folder, dirs_exist_ok=True)
        return DbtFolder(folder / "dbt_project", folder / "warehouse.duckdb")


def copy_of_the_project(folder: Path) -> DbtFolder:
    """Copy dbt_project/ and seeds/ into the folder; no warehouse yet."""
    ignored = shutil.ignore_patterns("target", "logs")
    shutil.copytree(REPOSITORY / "dbt_project", folder / "dbt_project", ignore=ignored)
    shutil.copytree(REPOSITORY / "seeds", folder / "seeds")
    return DbtFolder(folder / "dbt_project", folder / "warehouse.duckdb")
