import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.candidate import AuditFailed
from orchestration.partitions import MonthRange
from orchestration.publications import Publication, code_version
from orchestration.publishing import publish_warehouse
from orchestration.serving import (
    VERSIONS_KEPT,
    kept_versions,
    point_to,
    published_version,
)
from tests.orchestration.conftest import ACCOUNTS, AS_OF, MONTHS, write_scores


def publish(data: Path, as_of: datetime = AS_OF) -> Publication:
    return publish_warehouse(
        data / "warehouse.duckdb",
        data / "serving",
        as_of,
        MonthRange(MONTHS[1], MONTHS[2]),
        (7, 1),
        "a-run",
    )


def read(data: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(data / "serving" / "customer_health.duckdb"), read_only=True) as db:
        return db.execute(query).fetchall()


def change_scores(warehouse: Path, score: float) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        write_scores(connection, dict.fromkeys(ACCOUNTS, score))


def test_an_image_without_a_repository_is_told_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODE_VERSION", "v12-3-gabcdef0")
    assert code_version() == "v12-3-gabcdef0"


def test_marts_and_audit_are_published_as_tables_and_nothing_else(
    data: Path, warehouse: Path
) -> None:
    publish(data)
    tables = read(data, "select schema_name || '.' || table_name from duckdb_tables() order by 1")
    assert [name for (name,) in tables] == [
        "audit.publications",
        "audit.unmapped_records",
        "marts.dim_accounts",
        "marts.fct_health_scores_monthly",
        "marts.rpt_mean_scores",
    ]


def test_rows_are_ordered_by_month_and_account(data: Path, warehouse: Path) -> None:
    publish(data)
    rows = read(data, "select score_month, account_id from marts.fct_health_scores_monthly")
    assert rows == [(month, account) for month in MONTHS for account in ACCOUNTS]


def test_comments_are_carried_over_in_one_line(data: Path, warehouse: Path) -> None:
    publish(data)
    assert read(data, "select comment from duckdb_tables() where table_name = 'dim_accounts'") == [
        ("One row per customer's account.",)
    ]
    assert read(
        data, "select comment from duckdb_columns() where column_name = 'health_score'"
    ) == [("0 to 100.",)]


def test_each_publication_adds_a_row_to_the_earlier_ones(data: Path, warehouse: Path) -> None:
    first, second = publish(data), publish(data)
    rows = read(
        data,
        "select version, as_of, first_month, last_month, checks_passed, checks_warned, run_id,"
        " row_counts from audit.publications order by version",
    )
    assert [row[0] for row in rows] == [first.version, second.version]
    assert rows[1][1:7] == (AS_OF, MONTHS[1], MONTHS[2], 7, 1, "a-run")
    assert "marts.fct_health_scores_monthly=9" in rows[1][7]


def test_parquet_is_partitioned_by_month_with_one_file_each(data: Path, warehouse: Path) -> None:
    publish(data)
    tree = data / "serving" / "parquet"
    files = sorted(str(file.relative_to(tree)) for file in tree.rglob("*.parquet"))
    months = [f"score_month={month}" for month in MONTHS]
    assert files == [
        "dim_accounts/data.parquet",
        *[f"fct_health_scores_monthly/{month}/data_0.parquet" for month in months],
        *[f"rpt_mean_scores/{month}/data_0.parquet" for month in months],
        "unmapped_records/data.parquet",
    ]
    rows = duckdb.execute(
        f"select score_month, account_id, health_score "
        f"from read_parquet('{tree}/fct_health_scores_monthly/**', hive_partitioning = true)"
        f"order by all"
    ).fetchall()
    assert rows == read(
        data,
        "select score_month, account_id, health_score "
        "from marts.fct_health_scores_monthly order by all",
    )


def test_publishing_twice_gives_the_same_content(data: Path, warehouse: Path) -> None:
    query = "select * from marts.fct_health_scores_monthly"
    publish(data)
    before = read(data, query)
    publish(data)
    assert read(data, query) == before


def test_an_account_twice_in_a_month_is_refused_and_the_published_state_stays(
    data: Path, warehouse: Path
) -> None:
    publish(data)
    published = read(data, "select * from audit.publications")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "insert into marts.fct_health_scores_monthly values (?, ?, 1)",
            ["001A", MONTHS[0]],
        )
    with pytest.raises(AuditFailed, match="001A"):
        publish(data)
    assert read(data, "select * from audit.publications") == published


def test_a_warehouse_without_a_scored_month_is_refused(data: Path, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from marts.fct_health_scores_monthly")
    with pytest.raises(AuditFailed, match="no month"):
        publish(data)
    assert not (data / "serving" / "customer_health.duckdb").exists()


def test_the_last_versions_are_kept_and_one_can_be_rolled_back_to(
    data: Path, warehouse: Path
) -> None:
    for score in range(VERSIONS_KEPT + 2):
        change_scores(warehouse, float(score))
        publish(data)
    versions = kept_versions(data / "serving")
    assert len(versions) == VERSIONS_KEPT
    point_to(data / "serving", versions[-2])
    query = "select distinct health_score from marts.fct_health_scores_monthly"
    assert read(data, query) == [(float(VERSIONS_KEPT),)]
    assert published_version(data / "serving") == versions[-2]
    point_to(data / "serving", versions[-2])
    assert not list((data / "serving").glob(".customer_health*"))


def test_a_reader_that_has_the_file_open_keeps_what_it_opened(data: Path, warehouse: Path) -> None:
    publish(data)
    reader = duckdb.connect(str(data / "serving" / "customer_health.duckdb"), read_only=True)
    try:
        change_scores(warehouse, 99.0)
        publish(data)
        query = "select max(health_score) from marts.fct_health_scores_monthly"
        assert reader.execute(query).fetchone() == (52.0,)
    finally:
        reader.close()


PUBLISH = """
import sys; from pathlib import Path
from tests.orchestration.test_publishing import publish
publish(Path(sys.argv[1]))
"""


def test_a_kill_at_any_point_leaves_what_was_published_and_the_next_run_cleans_up(
    data: Path, warehouse: Path
) -> None:
    publish(data)
    change_scores(warehouse, 99.0)
    process = subprocess.Popen([sys.executable, "-c", PUBLISH, str(data)])
    while not (data / "serving" / ".candidate").exists() and process.poll() is None:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    scores = read(data, "select max(health_score) from marts.fct_health_scores_monthly")
    assert scores in ([(52.0,)], [(99.0,)])
    publish(data)
    assert read(data, "select max(health_score) from marts.fct_health_scores_monthly") == [(99.0,)]
    assert not (data / "serving" / ".candidate").exists()


READ_IN_A_LOOP = """
import duckdb, sys
path, states = sys.argv[1], set()
print("reading", flush=True)
for _ in range(100000):
    with duckdb.connect(path, read_only=True) as db:
        rows = db.execute(
            "select min(health_score), max(health_score), count(*) "
            "from marts.fct_health_scores_monthly"
        ).fetchone()
    if rows not in states:
        states.add(rows)
        print(*rows, flush=True)
"""


def test_a_reader_in_a_loop_sees_only_whole_publications(data: Path, warehouse: Path) -> None:
    change_scores(warehouse, 0.0)
    publish(data)
    path = data / "serving" / "customer_health.duckdb"
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_IN_A_LOOP, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "reading\n"
    for score in (1.0, 2.0, 3.0):
        change_scores(warehouse, score)
        publish(data)
        time.sleep(0.3)
    assert reader.poll() is None, reader.stderr.read()
    reader.kill()
    seen = reader.communicate()[0].split("\n")
    assert [line for line in seen if line] == [
        f"{score} {score} 9" for score in (0.0, 1.0, 2.0, 3.0)
    ]
