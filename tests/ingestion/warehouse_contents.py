"""What a warehouse's raw tables hold, without what differs from load to load."""

from pathlib import Path
from typing import Any

import duckdb

Rows = list[tuple[Any, ...]]
Contents = dict[str, Rows]


def contents(warehouse: Path, vendor: str) -> Contents:
    """The rows of each table of the vendor's, sorted; child rows with their parent's row."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = _columns(connection, f"raw_{vendor}")
        return {
            table: sorted(connection.execute(_query(vendor, table, tables)).fetchall(), key=str)
            for table in tables
            if table not in ("load_watermarks", "full_reloads", "schema_changes", "load_origin")
        }


def query(warehouse: Path, sql: str) -> Rows:
    """The rows that a query returns."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def watermarks(warehouse: Path, vendor: str) -> dict[str, tuple[Any, Any]]:
    """Resource -> (complete_from, complete_through); fails if a resource has two rows."""
    rows = query(
        warehouse,
        f"select resource, complete_from, complete_through from raw_{vendor}.load_watermarks "
        "where not contains(resource, '.')",
    )
    found = {resource: (start, end) for resource, start, end in rows}
    assert len(found) == len(rows)
    return found


def lacking_columns(warehouse: Path, vendor: str) -> set[str]:
    """The columns (`<resource>.<column>`) for which the vendor has no field."""
    rows = query(
        warehouse,
        f"select resource from raw_{vendor}.load_watermarks where contains(resource, '.')",
    )
    return {resource for (resource,) in rows}


def _columns(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = ? and not starts_with(table_name, '_dlt') "
        "order by table_name, ordinal_position",
        [schema],
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def _query(vendor: str, table: str, tables: dict[str, list[str]]) -> str:
    own = ", ".join(f"own.{name}" for name in tables[table] if not name.startswith("_dlt"))
    parent = table.partition("__")[0]
    if parent == table or parent not in tables:
        return f"select {own} from raw_{vendor}.{table} as own"
    return (
        f"select parent.id, {own} from raw_{vendor}.{table} as own "
        f"join raw_{vendor}.{parent} as parent on parent._dlt_id = own._dlt_parent_id"
    )
