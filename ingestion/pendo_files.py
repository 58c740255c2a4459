"""Pendo's daily counts from files, as large customers export them: Parquet, CSV or JSON lines.

`[sources.pendo] events_files = "s3://bucket/events"` (feature_events_files, track_events_files)
names a folder. Below it lie folders of one day or one month each, say `2026-11/`: the files of a
folder are read together, and replace the days from its first to its last. A file covers all days
that had ended when it was written. dlt's filesystem source lists the files, with the credentials
of its own settings; DuckDB reads and adds them up in bounded memory.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from ingestion.duckdb_files import (
    READERS,
    File,
    bounded_memory,
    identifier,
    kind_of,
    path_for,
    reader,
)
from ingestion.pendo_days import days_between, epoch_ms, local_midnight_before, time_zone
from ingestion.pendo_events import COUNTS, SPLIT_BY, Bucket, arrow_rows, counts_of_batch
from ingestion.settings import setting
from ingestion.vendor_errors import VendorLoadError
from ingestion.watermarks import Watermark

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

VENDOR = "pendo"
OPTIONAL = {"appId", "numMinutes", *SPLIT_BY}
ROWS_PER_BATCH = 250_000
# Without a zone, in nanoseconds, and with a zone, as DuckDB calls what files say is UTC.
INSTANTS = ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")
# Instants of a day by the type that a file gives it; the first is how Pendo's API writes it.
DAYS = {
    "BIGINT": "{day}",
    "DATE": "epoch_ms(timezone('{zone}', cast({day} as timestamp)))",
    **dict.fromkeys(INSTANTS, "epoch_ms({day})"),
}
# How many files a folder holds, and how many bytes.
Extent = list[int]


class Days(NamedTuple):
    """First and last day of a folder, epoch ms of their local midnights."""

    first: int
    last: int


def files_setting(name: str) -> str | None:
    """The folder that a resource's files lie in; None if it comes from the API."""
    return setting(VENDOR, f"{name}_files")


class FileExport:
    """The files of one resource, and what of them is new.

    Args:
        known: what was loaded so far; None on the first load.
        as_of: naive UTC; days that had not ended by then are left out.
        is_full: read all folders; what was loaded from folders that are gone stays.
        read: `extents` of the last load. A folder that is as it was, and was last written before
            what is known had ended, has nothing new.

    Raises:
        VendorLoadError: there is no file; later also where a file cannot be read.
    """

    def __init__(
        self,
        name: str,
        bucket: Bucket,
        url: str,
        known: Watermark | None,
        as_of: datetime,
        is_full: bool = False,
        read: Mapping[str, Extent] | None = None,
    ) -> None:
        self._name, self._bucket, self._url = name, bucket, url
        folders = self._folders()
        newest = max(_modified(file) for files in folders.values() for file in files)
        self._through = local_midnight_before(min(newest, as_of))
        self._from = known and known.complete_from
        # Once loaded, what of them is read; a copy may keep an old time of writing.
        self.extents = {folder: _extent(files) for folder, files in folders.items()}
        self._new = {
            folder: files
            for folder, files in sorted(folders.items())
            if is_full
            or known is None
            or max(map(_modified, files)) >= known.complete_through
            or self.extents[folder] != (read or {}).get(folder)
        }

    @property
    def covered(self) -> Watermark:
        """What is complete once all tables were loaded."""
        return Watermark(self._from or self._through, self._through)

    def tables(self) -> "Iterator[pa.Table]":
        """Per folder its counts, and a mark for each day that they replace."""
        for folder, files in self._new.items():
            with bounded_memory() as connection:
                days = self._open(connection, folder, files)
                if days is None:
                    continue
                yield from self._counts(connection)
            first = datetime.fromtimestamp(days.first / 1000, UTC).replace(tzinfo=None)
            self._from = min(first, self._from or first)
            marks = days_between(days.first, days.last)
            yield arrow_rows(self._bucket, self._name, [], replaced_days=marks)

    def _folders(self) -> dict[str, list[File]]:
        from dlt.sources.filesystem import filesystem

        folders: dict[str, list[File]] = defaultdict(list)
        for file in filesystem(bucket_url=self._url, file_glob="**/*.*"):
            folders[str(PurePosixPath(file["relative_path"]).parent)].append(file)
        if not folders:
            raise self._error(f"no file in {self._url}", "check the folder's name")
        return folders

    def _open(
        self, connection: "duckdb.DuckDBPyConnection", folder: str, files: list[File]
    ) -> Days | None:
        """Make the view `counts` of a folder's rows; their days, None if there is none."""
        import duckdb

        kinds = {kind_of(file) for file in files}
        if len(kinds) > 1 or not kinds <= READERS.keys():
            raise self._error(
                f"{folder} holds {', '.join(sorted(kinds))}",
                f"export files of one kind: {', '.join(READERS)}",
            )
        paths = [path_for(connection, file) for file in files]
        try:
            connection.execute(f"create temp view files as from {reader(kinds.pop(), paths)}")
            found = {
                name.replace("_", "").lower(): (name, kind)
                for name, kind, *_ in connection.execute("describe files").fetchall()
            }
            connection.execute(self._view(folder, found))
            first, last, blank = connection.execute(
                "select min(day), max(day), count(*) filter (day is null) from counts"
            ).fetchone()
        except duckdb.Error as error:
            words = " ".join(str(error).split())[:300]
            raise self._error(f"{folder} cannot be read: {words}", "export it again") from error
        if blank:
            raise self._error(f"{blank} rows in {folder} have no day", "export it again")
        return None if first is None else Days(first, last)

    def _view(self, folder: str, found: dict[str, tuple[str, str]]) -> str:
        """The rows under Pendo's names and types, those of days that are not complete left out."""
        wanted = [*self._bucket.columns, *SPLIT_BY]
        missing = [name for name in wanted if name.lower() not in found and name not in OPTIONAL]
        if missing:
            raise self._error(
                f"{folder} has no column {', '.join(missing)}",
                f"export the columns {', '.join(self._bucket.columns)}",
            )
        kind = found["day"][1]
        if kind not in DAYS:
            raise self._error(
                f"day is {kind} in {folder}",
                "export it as epoch milliseconds, as a date or as an instant in UTC",
            )
        columns = []
        for name in wanted:
            own = found.get(name.lower())
            value = identifier(own[0]) if own else "null"
            if name == "day":
                value = DAYS[kind].format(day=value, zone=time_zone().key)
            is_text = self._bucket.columns.get(name, "text") == "text"
            value = f"cast({value} as {'varchar' if is_text else 'bigint'})"
            # CSV has no empty text; an account that is not known is blank.
            columns.append(f"coalesce({value}, '') as {name}" if is_text else f"{value} as {name}")
        rows = f"select {', '.join(columns)} from files"
        complete = f"day is null or day < {epoch_ms(self._through)}"
        return f"create temp view counts as from ({rows}) where {complete}"

    def _counts(self, connection: "duckdb.DuckDBPyConnection") -> "Iterator[pa.Table]":
        """As the API is asked: rows that Pendo repeats count once, what it splits is added up."""
        grain = ", ".join(name for name in self._bucket.columns if name not in COUNTS)
        most = ", ".join(f"max({name}) as {name}" for name in COUNTS)
        total = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in COUNTS)
        batches = connection.execute(
            f"select {grain}, {total} from "
            f"(select {grain}, {most} from counts group by {grain}, {', '.join(SPLIT_BY)}) "
            f"group by {grain}"
        ).to_arrow_reader(ROWS_PER_BATCH)
        for batch in batches:
            yield counts_of_batch(self._bucket, batch)

    def _error(self, cause: str, remedy: str) -> VendorLoadError:
        remedy = f"{remedy}, or change {self._name}_files in [sources.pendo]"
        return VendorLoadError(VENDOR, self._name, cause, remedy)


def _modified(file: File) -> datetime:
    return file["modification_date"].astimezone(UTC).replace(tzinfo=None)


def _extent(files: list[File]) -> Extent:
    return [len(files), sum(file["size_in_bytes"] for file in files)]
