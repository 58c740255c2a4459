"""How the scoring build grows: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from benchmarks.inputs import LAST_MONTH
from benchmarks.measuring import (
    EVERYTHING,
    FullBuild,
    Increment,
    Size,
    measure_full_build,
    measure_increments,
    prepare,
)
from benchmarks.project import REPOSITORY, Project
from benchmarks.report import as_markdown


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def settings() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--accounts", type=numbers, default=[200, 2000], help="of full builds: 200,2000,20000")
    add("--months", type=int, default=24, help="months of a full build (24)")
    add("--history", type=numbers, default=[6, 24, 60], help="months below single months: 6,24,60")
    add("--history-accounts", type=int, default=2000, help="accounts of these histories (2000)")
    add("--seeds", type=Path, default=REPOSITORY / "seeds", help="the scorecards to measure with")
    add("--folder", type=Path, default=REPOSITORY / "data/benchmark", help="where to work")
    add("--output", type=Path, help="a file for the tables, beside the output")
    add("--keep", action="store_true", help="leave the warehouses in the folder")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    chosen = settings()
    folder: Path = chosen.folder.resolve()
    projects: dict[Size, Project] = {}
    builds: list[FullBuild] = []
    increments: list[Increment] = []
    for size in (Size(accounts, chosen.months) for accounts in chosen.accounts):
        say(f"{size.accounts:,} accounts x {size.months} months: build, floor, build with tests")
        name = folder / f"{size.accounts}x{size.months}"
        projects[size] = prepare(name, chosen.seeds.resolve(), size)
        builds.append(measure_full_build(projects[size], size))
        say(as_markdown(builds[-1:], []))
    for size in (Size(chosen.history_accounts, months) for months in chosen.history):
        say(f"{size.accounts:,} accounts x {size.months} months: the newest months on top")
        if size not in projects:
            name = folder / f"{size.accounts}x{size.months}"
            projects[size] = prepare(name, chosen.seeds.resolve(), size)
            projects[size].build(EVERYTHING, size.first_month, LAST_MONTH)
        increments += measure_increments(projects[size], size)
        say(as_markdown([], increments[-2:]))
    report = as_markdown(builds, increments)
    print(report)
    if chosen.output:
        chosen.output.write_text(report)
    if not chosen.keep:
        for project in projects.values():
            shutil.rmtree(project.folder)
    if any(build.differences for build in builds):
        raise SystemExit("The build and the floor differ: one of them is wrong.")


if __name__ == "__main__":
    main()
