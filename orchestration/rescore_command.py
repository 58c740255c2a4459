"""`make rescore`: past months under any scorecard version, beside the official series."""

import csv
import time
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import dagster as dg
import duckdb

from ingestion.warehouse_file import warehouse_path
from orchestration import progress
from orchestration.audit_state import unaudited_builds
from orchestration.candidate import quoted
from orchestration.clock import parse_month
from orchestration.closing_page import show_failure, shown
from orchestration.comparison_queries import by_month
from orchestration.comparison_report import comparison_lines, names
from orchestration.continued_bands import continue_bands
from orchestration.event_storage import connections_kept
from orchestration.partitions import MonthRange
from orchestration.paths import data_folder, dbt_project_folder, published_database
from orchestration.preparation import log_folder, prepare
from orchestration.publications import last_as_of
from orchestration.rescoring import NEVER, Rescoring, rescore_tag, stored_rescorings
from orchestration.run_command import execute, failures, free_instance, output_to
from orchestration.schedules import RESCORING_JOB
from orchestration.score_comparison import METRICS, RESULTS, compare
from orchestration.warehouse_state import scored_months

SERIES = """
create or replace temp table {side}_results as
select {results} from published.marts.fct_scorecard_results_monthly
where {condition} and score_month >= {from_month};
create or replace temp table {side}_metrics as
select {metrics} from published.marts.fct_health_metrics_monthly
semi join {side}_results using (account_id, score_month, scorecard, scorecard_version)
"""


class Plan(NamedTuple):
    request: Rescoring
    months: MonthRange
    use_case: str


def rescore(scorecard: str | None, version: str | None, first_month: str | None) -> int:
    """Score, publish and compare with the official series; returns the exit code.

    Raises:
        ValueError: the version or the month is not one that can be scored.
    """
    as_of = last_as_of(published_database())
    if as_of is None or unaudited_builds():
        raise ValueError("Nothing that passed its tests is there to score again: `make run` first.")
    plan = plan_rescoring(
        scorecard,
        version,
        first_month,
        known_versions(),
        sorted(scored_months(warehouse_path())),
        stored_rescorings(warehouse_path()),
    )
    started = time.monotonic()
    log = log_folder() / f"rescore-{time.strftime('%Y%m%dT%H%M%S')}.log"
    with output_to(log) as terminal:
        progress.show_on(terminal)
        terminal.print("[bold]Preparing[/] ...", highlight=False)
        prepare()
        with free_instance(terminal) as instance, connections_kept(instance.event_log_storage):
            rescoring_job()
            tags = rescore_tag([plan.request])
            result = execute(instance, rescoring_job, as_of, plan.months, tags)
        if not result.success:
            show_failure(terminal, failures(result), log)
            return 1
        if plan.request.from_month == NEVER:
            terminal.print(f"{scorecard} version {version} is no longer scored beside the rest.")
            return 0
        report = rescoring_report(plan)
        path = data_folder() / f"rescoring-{scorecard}-{version}.md"
        path.write_text(report)
        terminal.print(report, markup=False, highlight=False)
        seconds = time.monotonic() - started
        terminal.print(f"\nThis report: {shown(path)}. Took {seconds:.0f} s; log: {shown(log)}")
    return 0


def rescoring_job() -> dg.JobDefinition:
    from orchestration.definitions import defs

    return defs.resolve_job_def(RESCORING_JOB)


def known_versions() -> dict[tuple[str, str], str]:
    """(scorecard, version) -> use case, of seeds/scorecards.csv."""
    path = dbt_project_folder().parent / "seeds" / "scorecards.csv"
    with open(path, newline="") as file:
        return {(row["scorecard"], row["version"]): row["use_case"] for row in csv.DictReader(file)}


def plan_rescoring(
    scorecard: str | None,
    version: str | None,
    first_month: str | None,
    versions: Mapping[tuple[str, str], str],
    scored: list[date],
    earlier: list[Rescoring],
) -> Plan:
    """What to score and which months to build, from what a person typed.

    Args:
        first_month: YYYY-MM, `never` to end the series, None for all scored months.
        versions: (scorecard, version) -> use case.
        scored: the score months that are there, in order.
        earlier: what was asked for before; its months are built again, so that none is left over.

    Raises:
        ValueError: there is no such version, or no such month.
    """
    if (scorecard, version) not in versions:
        listed = ", ".join(f"SCORECARD={name} VERSION={number}" for name, number in versions)
        raise ValueError(
            f"seeds/scorecards.csv has no version {version or '?'} of {scorecard or '?'}. "
            f"There are: {listed}. For example: make rescore SCORECARD={next(iter(versions))[0]} "
            f"VERSION={next(iter(versions))[1]} FROM={scored[0]:%Y-%m}"
        )
    if first_month == "never":
        from_month = NEVER
    else:
        from_month = parse_month(first_month, "FROM") if first_month else scored[0]
        if from_month not in scored:
            raise ValueError(
                f"FROM is {from_month:%Y-%m}, but {scored[0]:%Y-%m} to {scored[-1]:%Y-%m} are the "
                "months that were scored."
            )
    before = [
        max(request.from_month, scored[0])
        for request in earlier
        if request[:2] == (scorecard, version)
    ]
    start = min(from_month, *before, scored[-1])
    return Plan(
        Rescoring(scorecard, version, from_month),
        MonthRange(start, scored[-1]),
        versions[scorecard, version],
    )


def rescoring_report(plan: Plan) -> str:
    """The re-scored months against the official ones, as Markdown."""
    request = plan.request
    version = (
        f"scorecard = '{quoted(request.scorecard)}' "
        f"and scorecard_version = '{quoted(request.version)}'"
    )
    official = f"is_official and use_case = '{quoted(plan.use_case)}'"
    with duckdb.connect() as connection:
        path = quoted(published_database())
        connection.execute(f"attach '{path}' as published (read_only)")
        for side, condition in (("before", official), ("after", version)):
            connection.execute(
                SERIES.format(
                    side=side,
                    condition=condition,
                    from_month=f"date '{request.from_month}'",
                    results=RESULTS,
                    metrics=f"{METRICS}, scorecard, scorecard_version",
                )
            )
        # The version is meant for these accounts; the inputs are the same on both sides.
        connection.execute(
            "create or replace temp table before_results as "
            "from before_results semi join after_results using (account_id, score_month)"
        )
        continue_bands(connection, "published", plan.use_case, request.from_month)
        for table in ("results", "metrics"):
            connection.execute(f"create temp table between_{table} as from before_{table}")
        compare(connection)
        month = max(by_month(connection), key=lambda row: (row.moved, row.score_month)).score_month
        lines = [
            f"# {request.scorecard} version {request.version} over "
            f"{request.from_month:%Y-%m} to {plan.months.end:%Y-%m}, "
            f"against the official {plan.use_case} scores",
            "",
            *comparison_lines(connection, month, names(connection, "published")),
        ]
    return "\n".join(lines) + "\n"
