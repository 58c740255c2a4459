"""What must not be left behind by a run: keys anywhere, people in what is published."""

import os
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.sandbox.company import Company, simulate
from tests.end_to_end.conftest import History
from tests.end_to_end.project import ACCOUNTS, Project, Run

pytestmark = pytest.mark.slow

TEXTS = """
    select schema_name || '.' || table_name, column_name
    from duckdb_columns()
    where
        database_name = current_database()
        and data_type = 'VARCHAR'
        -- The one person who is named: whoever is, or was, responsible.
        and column_name <> 'csm_name'
"""


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(accounts=ACCOUNTS, as_of=datetime(2026, 12, 15))


@pytest.fixture(scope="module")
def people(company: Company) -> set[str]:
    """Names, addresses and ids of people."""
    users, contacts = company.salesforce["User"], company.salesforce["Contact"]
    known = {row["Name"] for row in contacts + users}
    known |= {row["Email"] for row in contacts + users}
    known |= {row["visitorId"] for row in company.pendo["visitors"]}
    known |= {row["metadata"]["agent"].get("email") for row in company.pendo["visitors"]}
    known |= {account["email"] for account in company.recurly["accounts"]}
    return {text for text in known if text and len(text) > 5}


def found(connection: duckdb.DuckDBPyConnection, people: set[str]) -> list[tuple[str, str]]:
    """Texts of the view `texts` in which a person is named, with the person."""
    connection.execute("create or replace temp table people (person varchar)")
    connection.executemany("insert into people values (?)", [[person] for person in people])
    return connection.execute(
        "select place, person from (select distinct place, said from texts) "
        "inner join people on contains(said, person) limit 5"
    ).fetchall()


def test_nobody_but_the_csm_is_named_in_what_is_published(
    history: History, company: Company, people: set[str]
) -> None:
    assert len(people) > 500
    with duckdb.connect(str(history.project.published), read_only=True) as connection:
        columns = connection.execute(TEXTS).fetchall()
        assert len(columns) > 100
        selects = [f"select distinct '{t}.{c}' as place, {c} as said from {t}" for t, c in columns]
        connection.execute(f"create temp view texts as {' union all '.join(selects)}")
        assert found(connection, people) == []
        addresses = "select place, said from texts where regexp_matches(said, '[^ ]+@[^ ]+[.]')"
        assert connection.execute(f"{addresses} limit 5").fetchall() == []
        named = "select distinct csm_name from marts.fct_health_scores_monthly"
        managers = {name for (name,) in connection.execute(named).fetchall() if name}
    users = {user["Name"] for user in company.salesforce["User"]}
    assert managers <= users
    assert len(managers) > 3


def test_nobody_is_named_in_the_parquet_files(history: History, people: set[str]) -> None:
    parquet = history.project.data / "serving" / "parquet"
    for mart in ("fct_product_usage_monthly", "fct_health_scores_monthly", "rpt_account_health"):
        with duckdb.connect() as connection:
            files = f"read_parquet('{parquet}/{mart}/**/*.parquet')"
            texts = [
                name
                for name, kind, *_ in connection.execute(f"describe from {files}").fetchall()
                if kind == "VARCHAR" and name != "csm_name"
            ]
            selects = [f"select distinct '{c}' as place, {c} as said from {files}" for c in texts]
            connection.execute(f"create temp view texts as {' union all '.join(selects)}")
            assert found(connection, people) == [], mart


def keys_of(project: Project) -> list[bytes]:
    secrets = ("_SECRET", "_KEY", "_TOKEN")
    keys = [value for name, value in project.settings.items() if name.endswith(secrets)]
    return [key.encode() for key in keys]


def test_no_key_is_left_behind_by_a_run_nor_by_a_vendor_that_fails(
    without_pendo: tuple[Project, Run],
) -> None:
    """Logs, Dagster's records, dbt's artifacts, dlt's state and traces, databases and Parquet."""
    project, run = without_pendo
    keys = keys_of(project)
    assert len(keys) == 4
    files = [Path(folder) / name for folder, _, names in os.walk(project.data) for name in names]
    assert len(files) > 100
    assert [path for path in files if any(key in path.read_bytes() for key in keys)] == []
    assert not any(key.decode() in run.output for key in keys)
