"""Short read-only looks into the warehouse; never while a step writes it, never kept open."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb


class StrayProcess(Exception):
    """Another process holds the warehouse; the message names it and says what to do."""


class Watermark(NamedTuple):
    vendor: str
    resource: str
    complete_from: datetime | None
    complete_through: datetime | None
    loaded_at: datetime | None


class SchemaChange(NamedTuple):
    """A field of a vendor that appeared, vanished or was retyped."""

    resource: str
    column: str
    change: str
    type_before: str | None
    type_now: str | None

    @property
    def sentence(self) -> str:
        if self.change == "retyped":
            return f"was {self.type_before} and is {self.type_now} now"
        return f"{self.change} ({self.type_now or self.type_before})"


def row_counts(warehouse: Path) -> dict[str, int]:
    """'schema.table' -> rows, of every table that dbt builds; views hold no rows of their own."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            """
            select schema_name, table_name
            from duckdb_tables()
            where not starts_with(schema_name, 'raw_')
            """
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                f'select count(*) from "{schema}"."{table}"'
            ).fetchone()[0]
            for schema, table in tables
        }


def scored_months(warehouse: Path) -> dict[date, datetime]:
    """Score month -> the instant it was last scored for; empty before the first build."""
    if not warehouse.exists():
        return {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not has_table(connection, "intermediate", "int_metric_windows"):
            return {}
        return dict(
            connection.execute(
                "select score_month, min(as_of) from intermediate.int_metric_windows group by 1"
            ).fetchall()
        )


def watermarks(warehouse: Path, vendor: str) -> list[Watermark]:
    """What the vendor's loads say is complete; empty where the vendor is not configured."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not has_table(connection, f"raw_{vendor}", "load_watermarks"):
            return []
        rows = connection.execute(
            f"""
            select resource, complete_from, complete_through, loaded_at
            from raw_{vendor}.load_watermarks
            order by resource
            """
        ).fetchall()
    return [Watermark(vendor, *row) for row in rows]


def lacking_columns(marks: Sequence[Watermark], resource: str) -> list[str]:
    """The resource's declared columns for which the vendor has no field."""
    names = [mark.resource.partition(".") for mark in marks]
    return sorted(column for table, _, column in names if table == resource and column)


def schema_changes(warehouse: Path, vendor: str) -> list[SchemaChange]:
    """How the vendor's fields changed with its last load."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not has_table(connection, f"raw_{vendor}", "schema_changes"):
            return []
        rows = connection.execute(
            f"""
            select resource, column_name, change, type_before, type_now
            from raw_{vendor}.schema_changes
            where as_of = (select max(complete_through) from raw_{vendor}.load_watermarks)
            """
        ).fetchall()
    return [SchemaChange(*row) for row in rows]


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = connection.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return found[0] > 0


def check_writable(warehouse: Path, patience: float = 30) -> None:
    """Wait until nobody else has the warehouse open: a killed run's dbt may still be ending.

    Args:
        patience: seconds to wait.

    Raises:
        StrayProcess: somebody still has.
    """
    deadline = time.monotonic() + patience
    while warehouse.exists():
        try:
            duckdb.connect(str(warehouse)).close()
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise StrayProcess(
                    f"{warehouse} is open in another process, and only one may have it open while "
                    "it is written. End that process, then run again; to look at results open the "
                    f"published database (serving/ beside it), which is always free.\n  {error}"
                ) from error
            time.sleep(0.5)
        else:
            return
