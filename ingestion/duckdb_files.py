"""Files of rows, here or in a bucket, as DuckDB reads them in bounded memory."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ingestion.warehouse_file import warehouse_path

if TYPE_CHECKING:
    import duckdb

# How DuckDB reads a file, by the end of its name without a compression's.
READERS = {
    ".parquet": "read_parquet({files}, {options})",
    ".csv": "read_csv({files}, {options}, header = true)",
    ".jsonl": "read_json({files}, {options}, format = 'newline_delimited')",
}
OPTIONS = "union_by_name = true, hive_partitioning = false"
COMPRESSIONS = {".gz", ".zst"}
MEMORY_LIMIT = "1GB"

# As dlt's filesystem source lists it.
File = Mapping[str, Any]


@contextmanager
def bounded_memory() -> "Iterator[duckdb.DuckDBPyConnection]":
    """A database in memory that goes on on disk where memory ends.

    On the warehouse's disk: the place for temporary files is memory itself in a container.
    """
    import duckdb

    beside = warehouse_path().parent
    with (
        tempfile.TemporaryDirectory(prefix="spill_", dir=beside) as folder,
        duckdb.connect() as connection,
    ):
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {_literal(folder)}")
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        yield connection


def kind_of(file: File) -> str:
    suffixes = [end for end in PurePosixPath(file["file_name"]).suffixes if end not in COMPRESSIONS]
    return suffixes[-1] if suffixes else "no ending"


def path_for(connection: "duckdb.DuckDBPyConnection", file: File) -> str:
    """How DuckDB opens the file: on this machine by its path, elsewhere by way of fsspec."""
    if file["file_url"].startswith("file://"):
        return file.local_file_path
    if not connection.list_filesystems():
        connection.register_filesystem(file.fsspec)
    return file["file_url"]


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def reader(kind: str, paths: list[str]) -> str:
    """What stands behind `from` to read the files of one kind."""
    files = ", ".join(map(_literal, paths))
    return READERS[kind].format(files=f"[{files}]", options=OPTIONS)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
