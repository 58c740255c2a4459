"""Daily counts from files: the same rows as from the API, and only the folders that are new."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ingestion import pendo_files
from ingestion.duckdb_files import bounded_memory
from ingestion.full_reload import full_reload
from ingestion.sandbox.company import Company
from ingestion.warehouse import VendorLoadError, load
from tests.ingestion.changing_company import JULY, local_midnight
from tests.ingestion.conftest import Serve
from tests.ingestion.faulty_loads import AS_OF, faulty_company, loaded
from tests.ingestion.warehouse_contents import query, watermarks

BUCKETS = {"events": "events", "feature_events": "featureEvents", "track_events": "trackEvents"}
WRITE = {
    "parquet": "copy rows to '{}.parquet' (format parquet)",
    "csv.gz": "copy rows to '{}.csv.gz' (format csv, header)",
    "jsonl": "copy rows to '{}.jsonl' (format json)",
}
Counts = list[tuple[date, str, int]]


@pytest.fixture(scope="module")
def company() -> Company:
    return faulty_company()


@pytest.fixture(scope="module")
def from_api(company: Company, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    return loaded(tmp_path_factory.mktemp("api"), company, "pendo")


def export(folder: Path, table: pa.Table, kind: str) -> None:
    """The table as files, two of them per month's folder."""
    with duckdb.connect() as connection:
        connection.register("counts", table)
        months = "select distinct strftime(make_timestamp(day * 1000), '%Y-%m') from counts"
        for (month,) in connection.execute(months).fetchall():
            (folder / month).mkdir(parents=True)
            for part in range(2):
                connection.execute(
                    "create or replace temp view rows as select * from counts where "
                    f"strftime(make_timestamp(day * 1000), '%Y-%m') = '{month}' "
                    f"and hash(visitorId) % 2 = {part}"
                )
                connection.execute(WRITE[kind].format(folder / month / f"part-{part}"))


@pytest.mark.parametrize("kind", WRITE)
def test_files_bring_the_same_rows_as_the_api(
    kind: str,
    company: Company,
    from_api: dict[str, list],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = int(datetime(2026, 10, 15, 4, tzinfo=UTC).timestamp() * 1000)
    for name, source in BUCKETS.items():
        counts = company.pendo[source]
        export(tmp_path / name, counts.filter(pa.compute.field("day") >= first), kind)
        monkeypatch.setenv(f"SOURCES__PENDO__{name.upper()}_FILES", str(tmp_path / name))
    rows = loaded(tmp_path / "loaded", company, "pendo")
    for name in BUCKETS:
        assert rows[name] == from_api[name], name
        assert rows[name]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write a file of events, as of an instant."""
    monkeypatch.setenv("SOURCES__PENDO__EVENTS_FILES", str(tmp_path / "events"))

    def file(name: str, counts: Counts, modified: datetime, columns: str = "*") -> None:
        path = tmp_path / "events" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [(day, "C-1", who, -1, count, 0) for day, who, count in counts]
        with duckdb.connect() as connection:
            connection.execute(
                "create table counts (day date, accountId varchar, visitorId varchar, "
                "appId bigint, numEvents bigint, numMinutes bigint)"
            )
            if rows:
                connection.executemany("insert into counts values (?, ?, ?, ?, ?, ?)", rows)
            connection.execute(f"copy (select {columns} from counts) to '{path}'")
        stamp = modified.replace(tzinfo=UTC).timestamp()
        os.utime(path, (stamp, stamp))

    return file


def stored(warehouse: Path) -> list[tuple]:
    return query(warehouse, "select day, visitor_id, num_events from raw_pendo.events order by all")


def test_only_folders_that_were_written_since_are_read_again(
    warehouse: Path,
    serve: Serve,
    write: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    view = pendo_files.FileExport._view

    def note(self: pendo_files.FileExport, folder: str, found: dict) -> str:
        read.append(folder)
        return view(self, folder, found)

    monkeypatch.setattr(pendo_files.FileExport, "_view", note)
    june, july = date(2026, 6, 30), [date(2026, 7, 1), date(2026, 7, 12), date(2026, 7, 14)]
    write("2026-06/a.parquet", [(june, "jo", 3)], datetime(2026, 7, 1, 6))
    write("2026-07/a.parquet", [(july[0], "jo", 1)], datetime(2026, 7, 3))
    write("2026-07/b.parquet", [(day, "cy", 2) for day in july], datetime(2026, 7, 14, 12))
    serve(JULY)
    load("pendo", JULY)
    first = [local_midnight(day) for day in (june, july[0], july[1])]
    # The 14th had not ended when the newest file was written.
    assert stored(warehouse) == [
        (first[0], "jo", 3),
        (first[1], "cy", 2),
        (first[1], "jo", 1),
        (first[2], "cy", 2),
    ]
    assert watermarks(warehouse, "pendo")["events"] == (
        datetime(2026, 6, 30, 4),
        datetime(2026, 7, 14, 4),
    )
    read.clear()
    # The first of July was corrected, the twelfth turned out to be empty.
    write("2026-07/a.parquet", [(july[0], "jo", 9)], datetime(2026, 7, 14, 13))
    write("2026-07/b.parquet", [(july[2], "cy", 2)], datetime(2026, 7, 15, 5))
    load("pendo", JULY.replace(hour=6))
    assert read == ["2026-07"]
    assert stored(warehouse) == [
        (first[0], "jo", 3),
        (first[1], "jo", 9),
        (local_midnight(july[2]), "cy", 2),
    ]
    assert watermarks(warehouse, "pendo")["events"][1] == datetime(2026, 7, 15, 4)
    read.clear()
    full_reload("pendo", JULY.replace(hour=6))
    assert read == ["2026-06", "2026-07"]
    # A folder that is gone takes nothing with it.
    shutil.rmtree(tmp_path / "events" / "2026-06")
    before = watermarks(warehouse, "pendo")["events"]
    assert full_reload("pendo", JULY.replace(hour=6)) == []
    assert watermarks(warehouse, "pendo")["events"] == before


INSTANT = "make_timestamp(epoch_us(timezone('America/New_York', day::timestamp)))"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("a.parquet", INSTANT),
        ("a.parquet", f"({INSTANT})::timestamp_ns"),
        ("a.parquet", "timezone('America/New_York', day::timestamp)"),
        ("a.csv", f"strftime({INSTANT}, '%Y-%m-%dT%H:%M:%SZ')"),
        ("a.csv", f"strftime({INSTANT}, '%Y-%m-%d %H:%M:%S')"),
        ("a.csv.gz", "day"),
    ],
)
def test_a_day_may_be_an_instant_in_utc(
    name: str, day: str, warehouse: Path, serve: Serve, write: Callable[..., None]
) -> None:
    days = [date(2026, 7, 1), date(2026, 7, 2)]
    write(f"2026-07/{name}", [(of, "jo", 1) for of in days], JULY, f"* replace ({day} as day)")
    serve(JULY)
    load("pendo", JULY)
    assert stored(warehouse) == [(local_midnight(of), "jo", 1) for of in days]


def test_what_has_no_room_in_memory_goes_beside_the_warehouse(warehouse: Path) -> None:
    with bounded_memory() as connection:
        setting = "select current_setting('temp_directory')"
        folder = Path(connection.execute(setting).fetchone()[0])
        assert folder.parent == warehouse.parent
        assert folder.is_dir()
    assert not folder.exists()


def test_files_that_arrive_late_with_an_old_time_are_read(
    warehouse: Path, serve: Serve, write: Callable[..., None]
) -> None:
    written = datetime(2026, 7, 1, 6)
    write("2026-07/a.parquet", [(date(2026, 7, 1), "jo", 1)], datetime(2026, 7, 5))
    write("2026-06/a.parquet", [(date(2026, 6, 1), "jo", 1)], datetime(2026, 7, 14))
    serve(JULY)
    load("pendo", JULY)
    # As `rsync -a` and `cp -p` leave them: a folder that is new, a file in one that is known.
    write("2026-05/a.parquet", [(date(2026, 5, 2), "jo", 2)], written)
    write("2026-07/b.parquet", [(date(2026, 7, 2), "cy", 3)], written)
    load("pendo", JULY)
    assert stored(warehouse) == [
        (local_midnight(date(2026, 5, 2)), "jo", 2),
        (local_midnight(date(2026, 6, 1)), "jo", 1),
        (local_midnight(date(2026, 7, 1)), "jo", 1),
        (local_midnight(date(2026, 7, 2)), "cy", 3),
    ]


@pytest.mark.parametrize(
    ("name", "columns", "message"),
    [
        ("a.parquet", "* exclude visitorId", "2026-07 has no column visitorId.*export the col"),
        ("a.parquet", "* replace ('x' as day)", "day is VARCHAR in 2026-07.*epoch milliseconds"),
        ("a.parquet", "* replace (null::date as day)", "1 rows in 2026-07 have no day"),
        ("a.xlsx", "*", "2026-07 holds .xlsx.*files of one kind"),
        ("a.jsonl", "*", "2026-07 cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    name: str, columns: str, message: str, serve: Serve, write: Callable[..., None], tmp_path: Path
) -> None:
    write("2026-07/a.parquet", [(date(2026, 7, 1), "jo", 1)], JULY, columns)
    (tmp_path / "events/2026-07/a.parquet").rename(tmp_path / "events/2026-07" / name)
    serve(JULY)
    with pytest.raises(VendorLoadError, match=f"^pendo events: {message}.*events_files"):
        load("pendo", JULY)


def test_a_folder_without_a_file_is_named(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SOURCES__PENDO__EVENTS_FILES", str(tmp_path / "empty"))
    serve(JULY)
    with pytest.raises(VendorLoadError, match="no file in .*/empty.*check the folder"):
        load("pendo", JULY)


def test_no_day_after_as_of_is_taken(
    warehouse: Path, serve: Serve, write: Callable[..., None]
) -> None:
    days = [date(2026, 7, 13), date(2026, 7, 14), date(2026, 7, 20)]
    write("2026-07/a.parquet", [(day, "jo", 1) for day in days], AS_OF)
    serve(JULY)
    load("pendo", JULY)
    assert [day for day, _, _ in stored(warehouse)] == [local_midnight(days[0])]
