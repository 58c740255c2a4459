"""The strategy of every model with a score month, on a project of one model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dbt_project.dbt_command import REPOSITORY, DbtFolder

pytestmark = pytest.mark.slow

PROJECT = f"""
name: small
version: "1.0"
profile: customer_health
model-paths: [models]
macro-paths: ["{REPOSITORY}/dbt_project/macros"]
vars: {{start_month: null, end_month: null, as_of: null, metric_groups: []}}
models:
  +schema: marts
"""
MODEL = """
{{ config(materialized='replace_months' %s) }}
select account_id, score_month, %s, {{ calculation_time() }} as calculated_at
from main.facts
where score_month between {{ batch_start() }} and {{ batch_end() }}
"""
CONTRACT = """
models:
  - name: amounts
    config: {contract: {enforced: true}}
    columns:
      - {name: account_id, data_type: varchar, constraints: [{type: not_null}]}
      - {name: score_month, data_type: date, constraints: [{type: not_null}]}
      %s
      - {name: calculated_at, data_type: timestamp, constraints: [{type: not_null}]}
"""
AMOUNT = "- {name: amount, data_type: double, constraints: [{type: not_null}]}"
ALL = "select account_id, score_month, amount from marts.amounts order by all"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Account a with 1, 2, 3 in January to March, built; not to be written."""
    path = tmp_path_factory.mktemp("built")
    models = path / "small" / "models"
    models.mkdir(parents=True)
    (path / "small" / "dbt_project.yml").write_text(PROJECT)
    shutil.copy(REPOSITORY / "dbt_project" / "profiles.yml", path / "small")
    shutil.copytree(REPOSITORY / "dbt_project" / "plugins", path / "small" / "plugins")
    folder = DbtFolder(path / "small", path / "warehouse.duckdb")
    write_model(folder)
    folder.rows("create table facts (account_id varchar, score_month date, amount double)")
    folder.rows(
        "insert into facts values "
        "('a', '2026-01-01', 1), ('a', '2026-02-01', 2), ('a', '2026-03-01', 3)"
    )
    folder.build("run", start="2026-01-01", end="2026-03-01")
    return path


@pytest.fixture
def small(built: Path, tmp_path: Path) -> DbtFolder:
    """Copy what was built, for the test to change."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return DbtFolder(tmp_path / "small", tmp_path / "warehouse.duckdb")


def write_model(
    folder: DbtFolder, config: str = "", amount: str = "amount", columns: str = AMOUNT
) -> None:
    models = folder.project / "models"
    (models / "amounts.sql").write_text(MODEL % (config, amount))
    (models / "amounts.yml").write_text(CONTRACT % columns)


def amounts(folder: DbtFolder) -> list[tuple[int, float]]:
    """(month, amount) of every stored row."""
    return [(month.month, amount) for _, month, amount in folder.rows(ALL)]


@pytest.mark.parametrize("config", ["", ", batch='month'"])
def test_only_the_months_of_the_run_are_replaced_also_when_one_is_empty_now(
    small: DbtFolder, config: str
) -> None:
    write_model(small, config)
    small.rows("update facts set amount = 10 * amount")
    small.rows("delete from facts where month(score_month) = 3")
    small.build("run", start="2026-02-01", end="2026-03-01")
    assert amounts(small) == [(1, 1), (2, 20)]


def test_a_failed_month_leaves_the_table_as_it_was(small: DbtFolder) -> None:
    small.rows("insert into facts values ('b', '2026-03-01', null)")
    small.rows("update facts set amount = 10 * amount")
    write_model(small, ", batch='month'")
    failed = small.run("run", start="2026-01-01", end="2026-03-01")
    assert failed.exit_code != 0
    assert "NOT NULL constraint failed" in failed.output
    assert amounts(small) == [(1, 1), (2, 2), (3, 3)]
    failed = small.run("run", "--full-refresh", start="2026-01-01", end="2026-03-01")
    assert failed.exit_code != 0
    assert amounts(small) == [(1, 1), (2, 2), (3, 3)]


def test_a_new_column_takes_its_place_and_is_empty_in_months_not_rebuilt(
    small: DbtFolder,
) -> None:
    columns = "- {name: doubled, data_type: double}\n      " + AMOUNT
    write_model(small, amount="2 * amount as doubled, amount", columns=columns)
    small.build("run", start="2026-03-01", end="2026-03-01")
    described = small.rows("describe marts.amounts")
    assert [row[0] for row in described][2:4] == ["doubled", "amount"]
    assert small.rows("select doubled from marts.amounts order by score_month") == [
        (None,), (None,), (6,)
    ]  # fmt: skip


def test_a_changed_type_changes_the_stored_column(small: DbtFolder) -> None:
    columns = AMOUNT.replace("double", "integer")
    write_model(small, amount="cast(amount as integer) as amount", columns=columns)
    small.build("run", start="2026-03-01", end="2026-03-01")
    assert small.rows("select distinct typeof(amount) from marts.amounts") == [("INTEGER",)]
    assert amounts(small) == [(1, 1), (2, 2), (3, 3)]


def test_a_query_that_breaks_the_contract_is_refused_on_a_later_run_too(
    small: DbtFolder,
) -> None:
    write_model(small, amount="cast(amount as varchar) as amount")
    failed = small.run("run", start="2026-03-01", end="2026-03-01")
    assert failed.exit_code != 0
    assert "data type mismatch" in failed.output


def test_the_time_of_calculation_stays_where_nothing_else_changed(small: DbtFolder) -> None:
    write_model(small, ", carried_over='calculated_at', key=['account_id', 'score_month']")
    small.rows("update marts.amounts set calculated_at = '2020-01-01'")
    small.rows("update facts set amount = 30 where month(score_month) = 3")
    small.rows("insert into facts values ('b', '2026-02-01', 5)")
    small.build("run", start="2026-01-01", end="2026-03-01")
    kept = small.rows(
        "select account_id, month(score_month), year(calculated_at) = 2020 "
        "from marts.amounts order by all"
    )
    assert kept == [("a", 1, True), ("a", 2, True), ("a", 3, False), ("b", 2, False)]


def test_a_month_that_is_not_a_first_day_is_refused(small: DbtFolder) -> None:
    failed = small.run("run", start="2026-03-15", end="2026-03-31")
    assert failed.exit_code != 0
    assert "A score month is named by its first day" in failed.output
    assert amounts(small) == [(1, 1), (2, 2), (3, 3)]
