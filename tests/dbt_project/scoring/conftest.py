"""The scoring models, built once over generated inputs with several scorecards."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.dbt_command import DbtFolder, copy_of_the_project
from tests.dbt_project.scoring.generated_inputs import FIRST, LAST, give_generated_inputs
from tests.dbt_project.scoring.scorecard_files import add_scorecards
from tests.dbt_project.scoring.scoring_inputs import start_inputs, write_inputs

# Everything from the seeds to the health marts; the tests of the models run in every build.
SCORING = [
    "build", "--exclude-resource-type", "test", "unit_test", "--select", "resource_type:seed",
    "int_months", "path:models/intermediate/scoring", "path:models/marts/health",
]  # fmt: skip


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> DbtFolder:
    """All months in one run; not to be written."""
    folder = copy_of_the_project(tmp_path_factory.mktemp("scored"))
    seeds = folder.project.parent / "seeds"
    add_scorecards(seeds)
    with duckdb.connect(str(folder.warehouse)) as connection:
        start_inputs(connection)
        give_generated_inputs(connection, seeds)
        write_inputs(connection, seeds)
    folder.build(*SCORING, start=FIRST, end=LAST)
    return folder


@pytest.fixture
def copy_of_scored(scored: DbtFolder, tmp_path: Path) -> DbtFolder:
    """Copy the project and its scored warehouse, for the test to change."""
    return scored.copy(tmp_path)
