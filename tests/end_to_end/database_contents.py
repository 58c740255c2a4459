"""What a database's tables hold, as one hash each, without what differs from run to run."""

from pathlib import Path

import duckdb

# When something was done, and by which load: not what it says.
OF_THE_RUN = ("calculated_at", "loaded_at", "dbt_updated_at")
# Its rows tell of runs.
LEFT_OUT = {"audit.publications"}


def contents(database: Path) -> dict[str, tuple[int, int]]:
    """'schema.table' -> rows and their hash, whatever their order; doubles to nine digits."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables: dict[str, list[str]] = {}
        for schema, table, column, kind in connection.execute(
            """
            select schema_name, table_name, column_name, data_type
            from duckdb_columns()
            inner join duckdb_tables() using (database_name, schema_name, table_name)
            where database_name = current_database()
            order by all
            """
        ).fetchall():
            name = f"{schema}.{table}"
            if name in LEFT_OUT or "_staging" in schema or table.startswith("_dlt"):
                continue
            if column.startswith("_dlt") or column in OF_THE_RUN:
                continue
            value = f'round("{column}", 9)' if kind == "DOUBLE" else f'"{column}"'
            tables.setdefault(name, []).append(value)
        return {
            name: connection.execute(
                f"select count(*), coalesce(sum(hash({', '.join(columns)})), 0) from {name}"
            ).fetchone()
            for name, columns in tables.items()
        }


def differing(one: dict[str, tuple[int, int]], other: dict[str, tuple[int, int]]) -> list[str]:
    """The tables that are not the same in both."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
