"""Scores beside the published ones: past months under another version, and what an edit does."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_FOLDER
from tests.end_to_end.project import Project, Run

pytestmark = pytest.mark.slow

FEW_ACCOUNTS = {"SANDBOX_ACCOUNTS": "30", "FIRST_SCORE_MONTH": "2026-08"}
OFFICIAL = "select * from marts.fct_scorecard_results_monthly where is_official order by all"
RESCORED = """
    select scorecard, scorecard_version, min(score_month), count(*) > 0
    from marts.fct_scorecard_results_monthly where not is_official group by all
"""
SEATS_IN_USE = "metric_rows.metric = 'seat_utilisation_rate'"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("edited"), FEW_ACCOUNTS)
    first = project.run()
    assert first.exit_code == 0, first.output
    return project


@pytest.fixture(scope="module")
def edited(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, str]]:
    """`make impact` on a working tree in which seats in use count for nine tenths."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in ("dbt_project", "seeds"):
        shutil.copytree(PROJECT_FOLDER / folder, tree / folder)
    model = tree / "dbt_project/models/intermediate/metrics/int_metric_values_monthly.sql"
    text = model.read_text()
    line = "        metric_rows.value,\n"
    assert text.count(line) == 1
    factor = f"metric_rows.value * case when {SEATS_IN_USE} then 0.9 else 1 end as value"
    model.write_text(text.replace(line, f"        {factor},\n"))
    run = project.run("impact", DBT_PROJECT_DIR=str(tree / "dbt_project"))
    yield run, (project.data / "impact" / "impact.md").read_text()


def test_the_impact_of_an_edit_is_told_by_cause_and_nothing_of_it_is_published(
    project: Project, edited: tuple[Run, str]
) -> None:
    run, report = edited
    assert run.exit_code == 0, run.output
    moved = re.search(r"(\d+) accounts, (\d+) move", run.output)
    assert moved and 0 < int(moved[2]) <= int(moved[1])
    assert "Seats in use" in report
    changed = [line for line in report.splitlines() if line.startswith("| Seats in use")]
    assert len(changed) == 1
    assert len(project.versions()) == 1


def test_a_working_tree_that_cannot_be_built_is_named_and_changes_nothing(
    project: Project, edited: tuple[Run, str], tmp_path: Path
) -> None:
    for folder in ("dbt_project", "seeds"):
        shutil.copytree(PROJECT_FOLDER / folder, tmp_path / folder)
    model = tmp_path / "dbt_project/models/intermediate/metrics/int_metric_values_monthly.sql"
    model.write_text(model.read_text().replace("metric_rows.value,", "metric_rows.valeu,"))
    run = project.run("impact", DBT_PROJECT_DIR=str(tmp_path / "dbt_project"))
    assert run.exit_code == 1
    assert "int_metric_values_monthly" in run.output and "valeu" in run.output
    assert len(project.versions()) == 1


def test_past_months_are_scored_beside_the_official_series_which_stays_as_it_is(
    project: Project,
) -> None:
    before = project.read(OFFICIAL)
    run = project.run("rescore", "customer_health", "1", "2026-09")
    assert run.exit_code == 0, run.output
    assert project.read(OFFICIAL) == before
    rescored = project.read(RESCORED)
    assert [(name, version, month.month) for name, version, month, _ in rescored] == [
        ("customer_health", "1", 9)
    ]
    assert re.search(r"2026-10.*accounts.*move", run.output)
    assert (project.data / "rescoring-customer_health-1.md").exists()


def test_a_version_that_does_not_exist_is_refused_with_those_that_do(project: Project) -> None:
    run = project.run("rescore", "customer_health", "9", "2026-09")
    assert run.exit_code != 0
    assert "no version 9 of customer_health" in run.output
    assert "SCORECARD=customer_health VERSION=2" in run.output
