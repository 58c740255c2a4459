"""`make impact`: what the working tree's models and seeds change in the scores, before a merge.

The working tree is built on a copy of the warehouse, from the data that the published scores were
made from, and compared with what is published: nothing of it reaches readers.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import orjson

from ingestion.warehouse_file import warehouse_path
from orchestration.audit_state import unaudited_builds
from orchestration.candidate import FACT
from orchestration.clock import parse_month
from orchestration.dbt_failures import explain_failures
from orchestration.impact_report import report_lines
from orchestration.impact_seeds import Version, seed_versions, write_project
from orchestration.partitions import MonthRange, build_variables, is_ended
from orchestration.paths import data_folder, published_database
from orchestration.publications import last_as_of
from orchestration.rescoring import Rescoring
from orchestration.resources import dbt_executable


def impact(first_month: str | None) -> int:
    """Build, compare, report; returns the exit code, 0 where the working tree could be built.

    Raises:
        ValueError: nothing is published, or the month is not one that was scored.
    """
    as_of = last_as_of(published_database())
    if as_of is None or unaudited_builds():
        raise ValueError(
            "There is nothing to compare with: the warehouse holds no published state, or one that "
            "did not pass its tests. `make run` on the state before your edit first."
        )
    with duckdb.connect(str(published_database()), read_only=True) as connection:
        months = months_to_compare(connection, first_month)
        use_case = primary_use_case(connection)
        published = versions_in_use(connection, months, use_case)
    folder = data_folder() / "impact"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"Building the working tree for {months} on a copy of the warehouse ...", file=sys.stderr)
    shutil.copyfile(warehouse_path(), folder / "warehouse.duckdb")
    project = write_project(folder, warehouse_path(), published)
    rescored = [*seed_versions(), *(version.as_published for version in published)]
    variables = build_variables(as_of, months) | {
        "rescore": [Rescoring(*version, months.start).variable for version in rescored],
        # Whether an edit is allowed is for the run to say; here people see what it would do.
        "check_used_versions": False,
    }
    if problems := build(project, folder, variables):
        print("The working tree cannot be built:\n" + "\n".join(problems), file=sys.stderr)
        return 1
    report = "\n".join(report_lines(folder / "warehouse.duckdb", months, use_case)) + "\n"
    (folder / "impact.md").write_text(report)
    print(report)
    print(f"This report: {folder / 'impact.md'}; the build: {folder}", file=sys.stderr)
    return 0


def months_to_compare(connection: duckdb.DuckDBPyConnection, first_month: str | None) -> MonthRange:
    """From the month given, else the last ended one, to the newest that is published."""
    rows = connection.execute(
        f"select score_month, max(as_of) from {FACT} group by 1 order by 1"
    ).fetchall()
    months = [month for month, _ in rows]
    ended = [month for month, as_of in rows if is_ended(month, as_of)]
    start = parse_month(first_month, "FROM") if first_month else (ended or months)[-1]
    if start not in months:
        raise ValueError(
            f"FROM is {start:%Y-%m}, but {months[0]:%Y-%m} to {months[-1]:%Y-%m} are published."
        )
    return MonthRange(start, months[-1])


def primary_use_case(connection: duckdb.DuckDBPyConnection) -> str:
    """The use case whose official score is the fact's."""
    return connection.execute(
        f"""
        select use_case from marts.fct_scorecard_results_monthly
        semi join {FACT} using (account_id, score_month, scorecard, scorecard_version)
        where is_official limit 1
        """
    ).fetchone()[0]


def versions_in_use(
    connection: duckdb.DuckDBPyConnection, months: MonthRange, use_case: str
) -> list[Version]:
    rows = connection.execute(
        """
        select distinct scorecard, scorecard_version from marts.fct_scorecard_results_monthly
        where is_official and use_case = ? and score_month >= ? order by all
        """,
        [use_case, months.start],
    ).fetchall()
    return [Version(*row) for row in rows]


def build(project: Path, folder: Path, variables: dict[str, object]) -> list[str]:
    """Seeds and models, without snapshots and tests; what went wrong, in words."""
    target = folder / "target"
    finished = subprocess.run(
        [
            dbt_executable(), "--no-use-colors", "build",
            "--exclude-resource-type", "snapshot", "test", "unit_test",
            "--vars", json.dumps(variables),
        ],
        cwd=project,
        env=os.environ | {
            "WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
            "DBT_PROJECT_DIR": str(project),
            "DBT_PROFILES_DIR": str(project),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target),
        },
        capture_output=True,
        text=True,
    )  # fmt: skip
    if finished.returncode == 0:
        return []
    results = target / "run_results.json"
    manifest = target / "manifest.json"
    return explain_failures(
        orjson.loads(results.read_bytes()) if results.exists() else None,
        orjson.loads(manifest.read_bytes()) if manifest.exists() else {"nodes": {}},
        [finished.stdout + finished.stderr],
        folder / "warehouse.duckdb",
    )
