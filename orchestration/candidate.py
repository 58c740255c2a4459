"""The candidate of a publication: marts and audit in a new file, audited before anyone reads it."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

PUBLISHED_SCHEMAS = ("marts", "audit")
FACT = "marts.fct_health_scores_monthly"
FACT_KEY = ("account_id", "score_month")
# Readers filter by month and account: rows stored in that order are skipped by block.
ROW_ORDER = ("score_month", "account_id")


class AuditFailed(Exception):
    """The candidate is not fit to be published; the message says why."""


class Table(NamedTuple):
    schema: str
    name: str
    comment: str | None
    columns: dict[str, str | None]  # column -> comment, in order

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


def open_candidate(candidate: Path, warehouse: Path) -> duckdb.DuckDBPyConnection:
    """A new database with the warehouse attached read-only, by the name that dbt's views use."""
    connection = duckdb.connect(str(candidate))
    connection.execute("set threads = 2")
    connection.execute("set memory_limit = '4GB'")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{quoted(warehouse)}' as warehouse (read_only)")
    return connection


def published_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every table and view of the published schemas of the warehouse, with their comments."""
    relations = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = 'warehouse' and list_contains(?, schema_name)
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = 'warehouse' and list_contains(?, schema_name)
        order by all
        """,
        [PUBLISHED_SCHEMAS, PUBLISHED_SCHEMAS],
    ).fetchall()
    return [
        Table(schema, name, comment, columns_of(connection, schema, name))
        for schema, name, comment in relations
    ]


def columns_of(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str
) -> dict[str, str | None]:
    return dict(
        connection.execute(
            """
            select column_name, comment from duckdb_columns()
            where database_name = 'warehouse' and schema_name = ? and table_name = ?
            order by column_index
            """,
            [schema, name],
        ).fetchall()
    )


def copy_tables(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> dict[str, int]:
    """Copy all tables with their comments; 'schema.table' -> rows."""
    for schema in PUBLISHED_SCHEMAS:
        connection.execute(f"create schema {schema}")
    for table in tables:
        connection.execute(
            f"create table {table.full_name} as "
            f"select * from warehouse.{table.full_name}{order_by(table)}"
        )
        describe(connection, table)
    return {table.full_name: count(connection, table.full_name) for table in tables}


def order_by(table: Table) -> str:
    columns = [column for column in ROW_ORDER if column in table.columns]
    return f" order by {', '.join(columns)}" if columns else ""


def describe(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    if table.comment:
        connection.execute(f"comment on table {table.full_name} is '{one_line(table.comment)}'")
    for column, comment in table.columns.items():
        if comment:
            connection.execute(
                f"comment on column {table.full_name}.\"{column}\" is '{one_line(comment)}'"
            )


def one_line(comment: str) -> str:
    """Without the line breaks that YAML and Markdown have and a tooltip would show."""
    return quoted(" ".join(comment.split()))


def audit(connection: duckdb.DuckDBPyConnection, row_counts: dict[str, int]) -> None:
    """What must hold of the copy itself; what the numbers mean was tested by dbt before.

    Raises:
        AuditFailed: rows were lost, no month is there, or the fact has an account twice in a month.
    """
    for table, rows in row_counts.items():
        expected = count(connection, f"warehouse.{table}")
        if rows != expected:
            raise AuditFailed(
                f"{table} has {rows} rows in the candidate, {expected} in the warehouse."
            )
    if FACT not in row_counts:
        raise AuditFailed(f"The warehouse has no {FACT}: nothing has been scored yet.")
    if not row_counts[FACT]:
        raise AuditFailed(f"{FACT} is empty: no month to publish.")
    key = ", ".join(FACT_KEY)
    duplicates = connection.execute(
        f"select {key} from {FACT} group by {key} having count(*) > 1 limit 3"
    ).fetchall()
    if duplicates:
        raise AuditFailed(f"{FACT} holds an account twice in a month, for example {duplicates[0]}.")


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchone()[0]


def quoted(text: object) -> str:
    return str(text).replace("'", "''")
