"""A copy of the dbt project with a warehouse of its own, and what a dbt process costs there."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.inputs import AS_OF
from benchmarks.processes import Cost, run_measured

REPOSITORY = Path(__file__).parents[1]
SCORING = ["resource_type:seed", "int_months", "path:models/intermediate/scoring"]
HEALTH_MARTS = ["path:models/marts/health"]
# What starting dbt costs: the same invocation, selecting one small table.
ONE_TABLE = ["int_months"]


@dataclass(frozen=True)
class DbtRun:
    """What one dbt process took, and the seconds of each model, seed and test."""

    cost: Cost
    seconds_by_node: dict[str, float]


@dataclass(frozen=True)
class Project:
    """A dbt project and its warehouse."""

    folder: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def seeds(self) -> Path:
        return self.folder / "seeds"

    def build(self, selection: list[str], start: date, end: date, *, tests: bool = False) -> DbtRun:
        """Run `dbt build` for the months start .. end, parsing anew each time as a new day does."""
        left_out = ["unit_test"] if tests else ["test", "unit_test"]
        variables = {"start_month": str(start), "end_month": str(end), "as_of": AS_OF}
        command = [
            sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build",
            "--no-partial-parse", "--profiles-dir", ".", "--no-use-colors",
            "--exclude-resource-type", *left_out, "--select", *selection,
            "--vars", json.dumps(variables),
        ]  # fmt: skip
        log = self.folder / "dbt.log"
        cost = run_measured(command, self.folder / "dbt_project", log, self._environment())
        results = json.loads((self.folder / "dbt_project/target/run_results.json").read_text())
        by_node = {row["unique_id"]: row["execution_time"] for row in results["results"]}
        return DbtRun(cost, by_node)

    def _environment(self) -> dict[str, str]:
        # dbt would take another project or target folder from the environment.
        kept = {name: value for name, value in os.environ.items() if name[:4] != "DBT_"}
        return {**kept, "WAREHOUSE_PATH": str(self.warehouse), "DO_NOT_TRACK": "1"}


def copy_project(folder: Path, seeds: Path) -> Project:
    """Copy dbt_project/ and the seeds into the folder; no warehouse yet."""
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("target", "logs")
    shutil.copytree(REPOSITORY / "dbt_project", folder / "dbt_project", ignore=ignored)
    shutil.copytree(seeds, folder / "seeds")
    return Project(folder)


def change_version_in(seeds: Path, month: date) -> None:
    """Let the second version of a scorecard start in the month, so that every history has one."""
    path = seeds / "scorecards.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["version"] == "2":
            row["effective_from"] = str(month)
    if len({row["use_case"] for row in rows}) < 3 or all(row["version"] != "2" for row in rows):
        raise SystemExit(
            f"{path} has to have three use cases and a second version of a scorecard: "
            "less would make the build look cheaper than it is."
        )
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
