"""How fast the vendors' records reach the warehouse, by each way there is: rows per second.

    python -m benchmarks.loads --records 200000 --events 10000000

Every way runs once, in a process of its own, beside the same records handed to dlt without any
setting and, for files, beside DuckDB reading them alone. Services run in this process: on two cores
they take part of the time of what they are asked by.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.load_inputs import serving, write_events
from benchmarks.processes import Cost, run_measured
from benchmarks.project import REPOSITORY

HEADING = """| way | rows read | s beyond start-up (CPU) | rows/s | peak memory GB | rows stored |
| --- | --- | --- | --- | --- | --- |"""
STORED = {
    "salesforce_by_default": "raw_by_default.tasks",
    "pendo_files_by_default": "raw_by_default.events",
    "pendo_files_duckdb_alone": "main.events",
}


@dataclass(frozen=True)
class Measured:
    way: str
    rows: int
    cost: Cost
    stored: int

    def line(self, start_up: Cost) -> str:
        beyond = self.cost.beyond(start_up)
        return (
            f"| {self.way.replace('_', ' ')} | {self.rows:,} | {beyond.seconds:.1f} "
            f"({beyond.cpu_seconds:.1f}) | {self.rows / beyond.seconds:,.0f} "
            f"| {beyond.peak_bytes / 1e9:.2f} | {self.stored:,} |"
        )


def measure(folder: Path, way: str, rows: int, *arguments: str, **settings: str) -> Measured:
    """Run one way into a warehouse of its own."""
    place = folder / way
    place.mkdir(parents=True)
    environment = os.environ | settings | {"WAREHOUSE_PATH": str(place / "warehouse.duckdb")}
    command = [str(REPOSITORY / ".venv/bin/python"), "-m", "benchmarks.load_paths", way, *arguments]
    cost = run_measured(command, REPOSITORY, place / "log.txt", environment)
    vendor = way.partition("_")[0]
    table = (
        STORED.get(way)
        or {
            "salesforce": "raw_salesforce.tasks",
            "pendo": "raw_pendo.events",
            "nothing": "raw_recurly.plans",
        }[vendor]
    )
    with duckdb.connect(str(place / "warehouse.duckdb"), read_only=True) as connection:
        stored = connection.execute(f"select count(*) from {table}").fetchone()[0]
    shutil.rmtree(place)
    return Measured(way, rows, cost, stored)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loads", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000, help="tasks in the CRM")
    parser.add_argument("--events", type=int, default=2_000_000, help="rows of daily counts")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "data/benchmark/loads")
    chosen = parser.parse_args()
    folder: Path = chosen.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    few, many = chosen.records, chosen.events
    write_events(folder / "few", few)
    write_events(folder / "many", many)
    files = {name: str(folder / name) for name in ("few", "many")}
    pages, jobs = ({"SOURCES__SALESFORCE__BULK_ABOVE": number} for number in ("1000000000", "0"))
    print(HEADING, flush=True)
    with serving(few, folder / "few") as services:
        start_up = measure(folder, "nothing", 0, **services).cost
        print(f"| start-up | 0 | {start_up.seconds:.1f} ({start_up.cpu_seconds:.1f}) | | | |")
        for way, more in (
            ("salesforce_pages", pages),
            ("salesforce_jobs", jobs),
            ("salesforce_by_default", {}),
            ("pendo_api", {}),
        ):
            print(measure(folder, way, few, **services, **more).line(start_up), flush=True)
        of_files = services | {"SOURCES__PENDO__EVENTS_FILES": files["many"]}
        print(measure(folder, "pendo_files", many, **of_files).line(start_up), flush=True)
    by_default = measure(folder, "pendo_files_by_default", few, files["few"])
    print(by_default.line(start_up), flush=True)
    alone = measure(folder, "pendo_files_duckdb_alone", many, files["many"])
    # It starts no dlt: what it takes is all its own.
    print(alone.line(Cost(0, 0, 0)), flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
