"""The floor: the published results by one hand-written DuckDB script, without dbt.

    python -m benchmarks.floor WAREHOUSE OUTPUT

reads the inputs and the seeds of the warehouse and writes the same marts into OUTPUT, a new file.
"""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.processes import Cost, run_measured

REPOSITORY = Path(__file__).parents[1]
SCRIPTS = Path(__file__).with_name("floor")


@dataclass(frozen=True)
class FloorRun:
    """What the script's process took, and the seconds of each of its tables."""

    cost: Cost
    seconds_by_table: dict[str, float]


def run_floor(warehouse: Path, output: Path) -> FloorRun:
    """Run the script in a process of its own, so that its memory is its own."""
    for path in output.parent.glob(f"{output.name}*"):
        path.unlink()
    log = output.with_suffix(".log")
    command = [sys.executable, "-m", "benchmarks.floor", str(warehouse), str(output)]
    cost = run_measured(command, REPOSITORY, log, dict(os.environ))
    lines = [line.split() for line in log.read_text().splitlines()]
    return FloorRun(cost, {name: float(seconds) for name, seconds in lines})


def statements(script: str) -> list[str]:
    """The statements of a script that has no semicolon but between them, in order."""
    without_comments = re.sub(r"^\s*--.*$", "", script, flags=re.MULTILINE)
    return [text for text in re.split(r";\s*\n", without_comments) if text.strip()]


def write_marts(warehouse: str, output: str) -> None:
    """Run all scripts and print what each table took."""
    with duckdb.connect(output, config={"memory_limit": "6GB", "threads": 2}) as connection:
        connection.execute("set preserve_insertion_order = false; set TimeZone = 'UTC'")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        for path in sorted(SCRIPTS.glob("*.sql")):
            for statement in statements(path.read_text()):
                started = time.perf_counter()
                connection.execute(statement)
                seconds = time.perf_counter() - started
                created = re.search(r"create (?:temp )?table (\S+)", statement)
                if created:
                    print(created[1], f"{seconds:.3f}", flush=True)
        started = time.perf_counter()
        connection.execute("checkpoint")
        print("checkpoint", f"{time.perf_counter() - started:.3f}", flush=True)


if __name__ == "__main__":
    write_marts(sys.argv[1], sys.argv[2])
