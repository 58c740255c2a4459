"""The measurements as Markdown, with what they are judged by."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.measuring import FullBuild, Increment
from benchmarks.processes import Cost

GIGABYTE = 1e9
SHOWN_MODELS = 12


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def both(cost: Cost) -> str:
    """Wall seconds, and processor seconds in parentheses."""
    return f"{cost.seconds:.1f} ({cost.cpu_seconds:.1f})"


def full_builds(builds: list[FullBuild]) -> str:
    rows = [
        [
            f"{build.size.accounts:,} x {build.size.months}",
            f"{build.metric_rows:,}",
            both(build.start_up.cost),
            both(build.sql),
            both(build.floor.cost),
            f"{build.sql.seconds / build.floor.cost.seconds:.2f} "
            f"({build.sql.cpu_seconds / build.floor.cost.cpu_seconds:.2f})",
            both(build.with_tests.cost.beyond(build.start_up.cost)),
            f"{build.build.cost.peak_bytes / GIGABYTE:.2f}",
            f"{build.floor.cost.peak_bytes / GIGABYTE:.2f}",
            f"{build.file_bytes / GIGABYTE:.2f}",
            "equal" if not build.differences else f"{len(build.differences)} columns differ",
        ]
        for build in builds
    ]
    header = [
        "accounts x months", "metric rows", "start-up s (CPU)", "build beyond it s (CPU)",
        "floor s (CPU)", "ratio (CPU)", "again, with tests s (CPU)", "memory GB",
        "floor's GB", "file GB", "results",
    ]  # fmt: skip
    lines = [table(header, rows)]
    for build in builds:
        lines += [
            f"- {build.size.accounts:,} accounts: {name} differs in {count:,} rows"
            for name, count in build.differences.items()
        ]
    return "\n".join(lines)


def slowest_models(builds: list[FullBuild]) -> str:
    """The slowest models of the largest build, with their seconds in every build."""
    named = [
        {name.split(".")[-1]: seconds for name, seconds in build.build.seconds_by_node.items()}
        for build in builds
    ]
    slowest = sorted(named[-1], key=lambda name: -named[-1][name])[:SHOWN_MODELS]
    return table(
        ["model", *(f"{build.size.accounts:,} s" for build in builds)],
        [[name, *(f"{seconds[name]:.2f}" for seconds in named)] for name in slowest],
    )


def slowest_floor_tables(builds: list[FullBuild]) -> str:
    seconds = [build.floor.seconds_by_table for build in builds]
    slowest = sorted(seconds[-1], key=lambda name: -seconds[-1][name])[:SHOWN_MODELS]
    return table(
        ["table of the floor", *(f"{build.size.accounts:,} s" for build in builds)],
        [[name, *(f"{by_table[name]:.2f}" for by_table in seconds)] for name in slowest],
    )


def increments(measured: list[Increment]) -> str:
    rows = [
        [
            f"{increment.size.accounts:,} x {increment.size.months}",
            str(increment.months_built),
            both(increment.start_up.cost),
            both(increment.sql),
            f"{increment.build.cost.peak_bytes / GIGABYTE:.2f}",
            ", ".join(
                f"{name.split('.')[-1]} {seconds:.1f}"
                for name, seconds in sorted(
                    increment.build.seconds_by_node.items(), key=lambda pair: -pair[1]
                )[:3]
            ),
        ]
        for increment in measured
    ]
    header = [
        "accounts x months of history", "months built", "start-up s (CPU)",
        "build beyond it s (CPU)", "memory GB", "slowest, s",
    ]  # fmt: skip
    return table(header, rows)


def as_markdown(builds: list[FullBuild], measured: list[Increment]) -> str:
    parts = []
    if builds:
        parts += ["## All months, beside the floor", full_builds(builds)]
        parts += ["## Slowest models", slowest_models(builds)]
        parts += ["## Slowest tables of the floor", slowest_floor_tables(builds)]
    if measured:
        parts += ["## The newest months on top of a history", increments(measured)]
    return "\n\n".join(parts) + "\n"
