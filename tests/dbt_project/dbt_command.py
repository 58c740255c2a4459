"""dbt as people run it: a process of its own on a warehouse of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

REPOSITORY = Path(__file__).parents[2]
AS_OF = "2026-11-15 00:00:00"


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
        finished = subprocess.run(
            [
                sys.executable,
                "-c",
                "from dbt.cli.main import cli; cli()",
                *arguments,
                "--vars",
                variables,
                "--profiles-dir",
                ".",
                "--no-use-colors",
            ],  # fmt: skip
            cwd=self.project,
            env={
                # dbt would take another test's project or target folder from the environment.
                **{name: value for name, value in os.environ.items() if name[:4] != "DBT_"},
                "WAREHOUSE_PATH": str(self.warehouse),
                "DO_NOT_TRACK": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return DbtRun(finished.returncode, finished.stdout + finished.stderr)

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
