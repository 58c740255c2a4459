"""Where the warehouse is, and a short connection to it.

DuckDB lets one process write: connections here live for a few statements and are closed, so
that the next step of a run, in another process, finds the file free.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def warehouse_path() -> Path:
    """The warehouse's file: `WAREHOUSE_PATH`, else data/warehouse.duckdb in the project."""
    default = PROJECT_ROOT / "data" / "warehouse.duckdb"
    return Path(os.environ.get("WAREHOUSE_PATH") or default).resolve()


def raw_schema(vendor: str) -> str:
    """The schema that holds the vendor's raw tables and its load_watermarks."""
    return f"raw_{vendor}"


@contextmanager
def connection() -> Iterator["duckdb.DuckDBPyConnection"]:
    """A connection to the warehouse that is closed at the end; creates the file if need be."""
    import duckdb

    path = warehouse_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = duckdb.connect(str(path))
    try:
        yield opened
    finally:
        opened.close()
