"""Whether the floor and the build published the same: rows, scores, bands, contributions, parts."""

from __future__ import annotations

from pathlib import Path

import duckdb

TOLERANCE = 1e-9
# When a row was computed differs, and nothing else may.
LEFT_OUT = {"calculated_at"}
# The key of each published table; of the longest one, sums by account and month are compared.
TABLES = {
    "fct_health_scores_monthly": ["account_id", "score_month"],
    "fct_scorecard_results_monthly": ["account_id", "score_month", "scorecard"],
    "fct_health_inputs_monthly": ["account_id", "score_month"],
    "fct_health_drivers_monthly": ["account_id", "score_month", "bracket", "metric"],
    "fct_band_changes": ["account_id", "score_month"],
}
LONG_TABLE = "fct_health_metrics_monthly"


def differences(warehouse: Path, floor: Path) -> dict[str, int]:
    """Rows and columns in which the floor's table differs, by table and column; empty if none."""
    with duckdb.connect(config={"memory_limit": "3GB", "threads": 2}) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{floor}' as floor (read_only)")
        found = {}
        for table, key in TABLES.items():
            sources = [f"{catalog}.marts.{table}" for catalog in ("warehouse", "floor")]
            found |= compare(connection, table, *sources, key)
        key = ["account_id", "score_month", "scorecard", "scorecard_version"]
        sums = [sums_of_metrics(connection, catalog, key) for catalog in ("warehouse", "floor")]
        return found | compare(connection, LONG_TABLE, *sums, key)


def sums_of_metrics(connection: duckdb.DuckDBPyConnection, catalog: str, key: list[str]) -> str:
    """The long table by account, month and version: as sums of numbers, and of texts by hash."""
    table = f"{catalog}.marts.{LONG_TABLE}"
    columns = []
    for name, kind in types(connection, f"warehouse.marts.{LONG_TABLE}").items():
        if name not in key:
            number = name if kind in ("DOUBLE", "INTEGER") else f"hash({name}) % 1000003"
            columns.append(f"sum({number}) as {name}, count({name}) as {name}_count")
    return f"(select {', '.join([*key, *columns])} from {table} group by all)"


def types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    rows = connection.execute(f"describe select * from {source}").fetchall()
    return {row[0]: row[1] for row in rows}


def compare(
    connection: duckdb.DuckDBPyConnection, table: str, built: str, by_hand: str, key: list[str]
) -> dict[str, int]:
    """Differences of two relations by the columns of the first; NULL equals NULL."""
    columns = [name for name in types(connection, built) if name not in {*key, *LEFT_OUT}]
    kinds = types(connection, built)
    counts = [
        f"count(*) filter ({difference(name, kinds[name])}) as {name}" for name in columns
    ] + ["count(*) filter (built.account_id is null or by_hand.account_id is null) as rows"]
    result = connection.execute(
        f"select {', '.join(counts)} from {built} as built "
        f"full join {by_hand} as by_hand using ({', '.join(key)})"
    ).fetchone()
    assert result is not None
    names = [*columns, "rows"]
    return {f"{table}.{n}": count for n, count in zip(names, result, strict=True) if count}


def difference(name: str, kind: str) -> str:
    if kind == "DOUBLE":
        # Sums of some hundred values of up to a thousand: relative to their size.
        return (
            f"abs(built.{name} - by_hand.{name}) > {TOLERANCE} * greatest(1, abs(built.{name})) "
            f"or (built.{name} is null) <> (by_hand.{name} is null)"
        )
    return f"built.{name} is distinct from by_hand.{name}"
