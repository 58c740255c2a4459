"""The measurements: a full build beside the floor, and single months on top of a history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.comparison import differences
from benchmarks.floor import FloorRun, run_floor
from benchmarks.inputs import LAST_MONTH, months_before, write_inputs
from benchmarks.processes import Cost
from benchmarks.project import (
    HEALTH_MARTS,
    ONE_TABLE,
    SCORING,
    DbtRun,
    Project,
    change_version_in,
    copy_project,
)

EVERYTHING = [*SCORING, *HEALTH_MARTS]


@dataclass(frozen=True)
class Size:
    accounts: int
    months: int

    @property
    def first_month(self) -> date:
        return months_before(LAST_MONTH, self.months - 1)


@dataclass(frozen=True)
class FullBuild:
    """A build of all months into an empty warehouse, beside the floor on the same inputs."""

    size: Size
    account_months: int
    metric_rows: int
    start_up: DbtRun
    build: DbtRun
    with_tests: DbtRun
    floor: FloorRun
    file_bytes: int
    differences: dict[str, int]

    @property
    def sql(self) -> Cost:
        return self.build.cost.beyond(self.start_up.cost)


@dataclass(frozen=True)
class Increment:
    """The newest months built again on top of a history."""

    size: Size
    months_built: int
    start_up: DbtRun
    build: DbtRun

    @property
    def sql(self) -> Cost:
        return self.build.cost.beyond(self.start_up.cost)


def prepare(folder: Path, seeds: Path, size: Size) -> Project:
    """A project whose warehouse holds inputs only; a version changes in the middle."""
    project = copy_project(folder, seeds)
    change_version_in(project.seeds, months_before(LAST_MONTH, size.months // 2))
    write_inputs(project.warehouse, project.seeds, size.accounts, size.months)
    return project


def measure_full_build(project: Project, size: Size) -> FullBuild:
    months = size.first_month, LAST_MONTH
    start_up = project.build(ONE_TABLE, *months)
    build = project.build(EVERYTHING, *months)
    file_bytes = project.warehouse.stat().st_size
    floor_file = project.folder / "floor.duckdb"
    floor = run_floor(project.warehouse, floor_file)
    found = differences(project.warehouse, floor_file)
    floor_file.unlink()
    with_tests = project.build(EVERYTHING, *months, tests=True)
    return FullBuild(
        size=size,
        account_months=rows(project, "intermediate.int_account_months"),
        metric_rows=rows(project, "marts.fct_health_metrics_monthly"),
        start_up=start_up,
        build=build,
        with_tests=with_tests,
        floor=floor,
        file_bytes=file_bytes,
        differences=found,
    )


def measure_increments(project: Project, size: Size) -> list[Increment]:
    """The month in progress with one ended month, as a daily run builds it; and one month alone."""
    increments = []
    for months_built in (2, 1):
        months = months_before(LAST_MONTH, months_built - 1), LAST_MONTH
        start_up = project.build(ONE_TABLE, *months)
        build = project.build(EVERYTHING, *months)
        increments.append(Increment(size, months_built, start_up, build))
    return increments


def rows(project: Project, table: str) -> int:
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        result = connection.execute(f"select count(*) from {table}").fetchone()
        assert result is not None
        return int(result[0])
