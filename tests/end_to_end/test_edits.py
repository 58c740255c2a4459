"""What people edit and ask for: an edit tried, past months under another version, a refusal."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.sandbox.credentials import VENDORS, dlt_environment
from orchestration.paths import PROJECT_FOLDER
from tests.end_to_end.conftest import MONTH_LATER, History
from tests.end_to_end.project import Project, Run, secrets_of

pytestmark = pytest.mark.slow

VALUES = "models/intermediate/metrics/int_metric_values_monthly.sql"
NINE_TENTHS = (
    "metric_rows.value * case when metric_rows.metric = 'seat_utilisation_rate' "
    "then 0.9 else 1 end as value"
)
MONTH_ROW = re.compile(r"\| 2026-11 \| (?P<accounts>\d+) \| (?P<moved>\d+) \|")
OFFICIAL = "select * from marts.fct_scorecard_results_monthly where is_official order by all"
RESCORED = """
    select scorecard, scorecard_version, min(score_month)::varchar
    from marts.fct_scorecard_results_monthly where not is_official group by all
"""


@pytest.fixture(scope="module")
def project(history: History, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of what the history has come to."""
    assert history.later.exit_code == 0, history.later.output
    folder = tmp_path_factory.mktemp("edited") / "data"
    shutil.copytree(history.project.data, folder, symlinks=True)
    return Project(folder, {"AS_OF": MONTH_LATER})


def edited_tree(folder: Path, file: str, edit: Callable[[str], str]) -> str:
    """A copy of the working tree with one file edited; the folder of its dbt project."""
    for name in ("dbt_project", "seeds"):
        shutil.copytree(PROJECT_FOLDER / name, folder / name)
    text = (folder / file).read_text()
    assert edit(text) != text
    (folder / file).write_text(edit(text))
    return str(folder / "dbt_project")


def test_what_an_edit_does_is_told_by_cause_and_nothing_of_it_is_published(
    project: Project, tmp_path: Path
) -> None:
    tree = edited_tree(
        tmp_path,
        f"dbt_project/{VALUES}",
        lambda text: text.replace("        metric_rows.value,\n", f"        {NINE_TENTHS},\n"),
    )
    versions = project.versions()
    run = project.run("impact", DBT_PROJECT_DIR=tree)
    assert run.exit_code == 0, run.output
    moved = MONTH_ROW.search(run.output)
    assert moved and 0 < int(moved["moved"]) <= int(moved["accounts"])
    report = (project.data / "impact" / "impact.md").read_text()
    metrics = report.partition("| metric | accounts moved |")[2].partition("\n\n")[0]
    assert [line.split(" | ")[0] for line in metrics.splitlines()[2:]] == ["| Seats in use"]
    assert project.versions() == versions


def test_past_months_are_scored_beside_the_official_series_which_stays_as_it_is(
    project: Project,
) -> None:
    before = project.read(OFFICIAL)
    run = project.run("rescore", "customer_health", "1", "2026-09")
    assert run.exit_code == 0, run.output
    assert MONTH_ROW.search(run.output)
    assert (project.data / "rescoring-customer_health-1.md").exists()
    assert project.read(OFFICIAL) == before
    assert project.read(RESCORED) == [("customer_health", "1", "2026-09-01")]


def test_a_version_that_does_not_exist_is_refused_with_those_that_do(project: Project) -> None:
    run = project.run("rescore", "customer_health", "9", "2026-09")
    assert run.exit_code != 0
    assert "no version 9 of customer_health" in run.output
    assert "SCORECARD=customer_health VERSION=2" in run.output


@pytest.fixture(scope="module")
def refused(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`make run` with a used version whose group weights sum to 95; what is published stays."""
    versions = project.versions()
    row = "customer_health,2,adoption,"
    tree = edited_tree(
        tmp_path_factory.mktemp("wrong_weights"),
        "seeds/scorecard_groups.csv",
        lambda text: text.replace(f"{row}20", f"{row}15"),
    )
    run = project.run(DBT_PROJECT_DIR=tree)
    assert project.versions() == versions
    return run


def test_weights_that_do_not_sum_to_100_stop_the_run_with_a_message(refused: Run) -> None:
    assert refused.exit_code == 1
    assert "Nothing was published" in refused.output
    assert "the group weights of customer_health version 2 sum to 95" in refused.output


def test_a_changed_version_that_closed_months_used_is_named_with_what_it_was(
    refused: Run,
) -> None:
    assert (
        "customer_health version 2 was in effect in closed months (2026-05 to 2026-10)"
        in refused.output
    )
    assert "scorecard_groups.csv, group adoption: group_weight was 20, is now 15" in refused.output


def test_after_a_refused_run_nothing_is_scored_again_before_it_is_mended(
    project: Project, refused: Run
) -> None:
    assert refused.exit_code == 1
    for command in (("rescore", "customer_health", "1", "2026-09"), ("impact",)):
        run = project.run(*command)
        assert run.exit_code != 0
        assert "`make run`" in run.output


def test_no_key_is_left_behind_by_runs_that_published_nor_by_one_that_failed(
    project: Project, refused: Run
) -> None:
    """Logs, Dagster's records, dbt's artifacts, dlt's state and traces, databases and Parquet."""
    keys = secrets_of(dlt_environment(dict.fromkeys(VENDORS, 1)))
    assert len(keys) == 4
    assert len(project.files()) > 100
    assert project.files_that_hold(keys) == []
    assert not any(key in refused.output for key in keys)
