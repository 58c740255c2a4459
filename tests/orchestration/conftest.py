"""A small warehouse as a run leaves it, for tests that need no dbt and no vendor."""

import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_FOLDER

SMALL_PROJECT = Path(__file__).parent / "small_project"

AS_OF = datetime(2026, 11, 15)
MONTHS = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
ACCOUNTS = ["001A", "001B", "001C"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own; nothing is ever written beside the project."""
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "warehouse.duckdb"))
    for name in ("AS_OF", "FIRST_SCORE_MONTH", "DBT_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def warehouse(data: Path) -> Path:
    """Three accounts, three months, scores of 50 to 52; one mart is a view, one has no month."""
    path = data / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        for schema in ("staging", "marts", "audit"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            """
            create table marts.fct_health_scores_monthly
                (account_id varchar not null, score_month date not null, health_score double)
            """
        )
        write_scores(connection, {account: 50.0 + n for n, account in enumerate(ACCOUNTS)})
        connection.execute("create table marts.dim_accounts as select '001A' as account_id")
        connection.execute(
            """
            create view marts.rpt_mean_scores as
            select score_month, avg(health_score) as mean_score
            from warehouse.marts.fct_health_scores_monthly group by 1
            """
        )
        connection.execute("create table audit.unmapped_records as select 'pendo' as source")
        connection.execute("create table staging.secret as select 1 as not_published")
        connection.execute(
            "comment on table marts.dim_accounts is 'One row per\n  customer''s account.\n'"
        )
        connection.execute(
            "comment on column marts.fct_health_scores_monthly.health_score is '0 to 100.'"
        )
    return path


def write_scores(connection: duckdb.DuckDBPyConnection, scores: dict[str, float]) -> None:
    """Replace the fact, newest month first, so that an order in the copy is the copy's own."""
    connection.execute("delete from marts.fct_health_scores_monthly")
    for month in reversed(MONTHS):
        for account, score in reversed(scores.items()):
            connection.execute(
                "insert into marts.fct_health_scores_monthly values (?, ?, ?)",
                [account, month, score],
            )


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project of six models with the real project's macros; returns the dbt folder."""
    root = tmp_path_factory.mktemp("small")
    project = root / "dbt_project"
    shutil.copytree(SMALL_PROJECT, project)
    shutil.copytree(PROJECT_FOLDER / "dbt_project" / "macros", project / "macros")
    shutil.copytree(PROJECT_FOLDER / "dbt_project" / "plugins", project / "plugins")
    shutil.copy(PROJECT_FOLDER / "dbt_project" / "profiles.yml", project)
    (root / "seeds").mkdir()
    shutil.copy(PROJECT_FOLDER / "seeds" / "sources.csv", root / "seeds")
    shutil.move(project / "weights.csv", root / "seeds")
    return project
