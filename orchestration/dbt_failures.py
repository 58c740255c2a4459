"""What the tests of a dbt build found, in words for people, and why a build failed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

# A test that fails on thousands of rows is understood from the first few.
ROWS_SHOWN = 5
# Which macro called which: below what a macro that stops the build has to say.
CALL_STACK = "\n  > in macro "
FAILED = ("fail", "error", "runtime error")


def explain_failures(
    run_results: Mapping[str, Any] | None,
    manifest: Mapping[str, Any],
    log_errors: Sequence[str],
    warehouse: Path,
) -> list[str]:
    """One message per failed node; without results (dbt stopped before) what dbt logged."""
    failed = [r for r in (run_results or {}).get("results", ()) if r["status"] in FAILED]
    if not failed:
        return list(dict.fromkeys(error.strip() for error in log_errors)) or [
            "dbt stopped without saying why; its log is in the step's stdout."
        ]
    return [
        explain(result, manifest["nodes"].get(result["unique_id"], {}), warehouse)
        for result in failed
    ]


def explain(result: Mapping[str, Any], node: Mapping[str, Any], warehouse: Path) -> str:
    """What failed, what it says about itself, and the first rows that a failed test found."""
    name = node.get("name") or result["unique_id"]
    if result["status"] != "fail":
        return f"{name}: {(result['message'] or '').partition(CALL_STACK)[0].strip()}"
    lines = [f"The test {name} failed ({result['failures']} rows)."]
    if node.get("description"):
        lines.append(f"  {node['description'].strip()}")
    rows = failing_rows(result.get("compiled_code"), warehouse)
    return "\n".join(lines + [f"  - {row}" for row in rows])


def what_tests_found(run_results: Mapping[str, Any] | None, warehouse: Path) -> dict[str, str]:
    """Unique id of each test that warned or failed -> its first rows, one a line."""
    found = {}
    for result in (run_results or {}).get("results", ()):
        if result["status"] in ("warn", "fail"):
            rows = failing_rows(result.get("compiled_code"), warehouse)
            if (more := (result["failures"] or 0) - len(rows)) > 0 and rows:
                rows.append(f"and {more} more")
            found[result["unique_id"]] = "\n".join(rows)
    return found


def failing_rows(query: str | None, warehouse: Path) -> list[str]:
    """The first rows of a test's query; its column `message`, where it has one, speaks alone."""
    if not query:
        return []
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            cursor = connection.execute(f"select * from ({query}) limit {ROWS_SHOWN}")
            columns = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
    except duckdb.Error as error:
        return [f"(its rows cannot be shown: {error})"]
    if "message" in columns:
        return [str(row[columns.index("message")]) for row in rows]
    return [", ".join(f"{c} = {v}" for c, v in zip(columns, row, strict=True)) for row in rows]
