"""The scoring models, built once over generated inputs, and hundreds of random scorecards."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.dbt_command import DbtFolder
from tests.dbt_project.scoring.generated_inputs import FIRST, LAST, give_generated_inputs
from tests.dbt_project.scoring.mart_rows import Row, named_rows
from tests.dbt_project.scoring.random_batch import add_families, draw_families
from tests.dbt_project.scoring.scorecard_files import add_scorecards
from tests.dbt_project.scoring.scored_inputs import ScoredInputs, read_inputs
from tests.dbt_project.scoring.scoring_inputs import scoring_project, start_inputs, write_inputs

# Everything from the seeds to the health marts; the tests of the models run in every build.
SCORING = [
    "build", "--exclude-resource-type", "test", "unit_test", "--select", "resource_type:seed",
    "int_months", "path:models/intermediate/scoring", "path:models/marts/health",
]  # fmt: skip


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> DbtFolder:
    """All months in one run; not to be written. Parallel workers share one build."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder, done = root / "scored", root / "scored.done"
    with (root / "scored.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build_scored(scoring_project(folder))
            done.touch()
    return DbtFolder(folder / "dbt_project", folder / "warehouse.duckdb", read_only=True)


def build_scored(folder: DbtFolder) -> None:
    seeds = folder.project.parent / "seeds"
    add_scorecards(seeds)
    with duckdb.connect(str(folder.warehouse)) as connection:
        start_inputs(connection)
        give_generated_inputs(connection, seeds)
        add_families(connection, seeds, draw_families())
        write_inputs(connection, seeds)
    folder.build(*SCORING, start=FIRST, end=LAST)


@pytest.fixture
def copy_of_scored(scored: DbtFolder, tmp_path: Path) -> DbtFolder:
    """Copy the project and its scored warehouse, for the test to change."""
    return scored.copy(tmp_path)


@pytest.fixture(scope="session")
def inputs(scored: DbtFolder) -> ScoredInputs:
    """What was scored."""
    return read_inputs(scored)


@pytest.fixture(scope="session")
def groups(scored: DbtFolder) -> list[str]:
    rows = scored.rows("select distinct metric_group from marts.dim_metrics")
    return [group for (group,) in rows]


@pytest.fixture(scope="session")
def results(scored: DbtFolder) -> list[Row]:
    """Official results of every use case, an account's in the order of months."""
    return named_rows(
        scored,
        "select * from marts.fct_scorecard_results_monthly where is_official "
        "order by account_id, use_case, score_month",
    )


@pytest.fixture(scope="session")
def fact(scored: DbtFolder) -> list[Row]:
    return named_rows(
        scored, "select * from marts.fct_health_scores_monthly order by account_id, score_month"
    )
