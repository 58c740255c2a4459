"""`make run`: the whole graph once, in this process, with progress and a page at the end."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import dagster as dg
from rich.console import Console

from ingestion.warehouse_file import warehouse_path
from orchestration import progress
from orchestration.clock import as_of_tag
from orchestration.closing_page import show_failure, show_page
from orchestration.disk_space import explain_if_full, require_space
from orchestration.event_storage import connections_kept
from orchestration.full_reloads import full_reload_tag
from orchestration.partitions import MonthRange, partition_tags
from orchestration.preparation import (
    log_folder,
    prepare_instance,
    prepare_manifest,
    set_environment,
)
from orchestration.run_guard import (
    close_left_behind_runs,
    process_tag,
    refuse_second_run,
)
from orchestration.run_plan import plan_months, run_variables
from orchestration.run_warnings import warned_checks, warning_lines
from orchestration.schedules import JOB
from orchestration.vendor_access import vendor_access
from orchestration.warehouse_lock import hold_warehouse


def run() -> int:
    """Load, build, test, score, publish; returns the exit code, 0 only if it was published."""
    started = time.monotonic()
    reloads = full_reload_tag(os.environ.get("FULL_RELOAD", ""))
    log = log_folder() / f"run-{time.strftime('%Y%m%dT%H%M%S')}.log"
    with output_to(log) as terminal, vendor_access() as access:
        progress.show_on(terminal)
        terminal.print("[bold]Preparing[/] ...", highlight=False)
        set_environment()
        prepare_instance()
        with free_instance(terminal) as instance:
            months = plan_months(access.as_of)
            prepare_manifest(run_variables(access.as_of, months))
            scoring_job()
            access.wait()
            show_start(
                terminal,
                access.as_of,
                months,
                access.is_sandbox,
                time.monotonic() - started,
            )
            with connections_kept(instance.event_log_storage):
                result = execute(instance, scoring_job, access.as_of, months, reloads)
            warnings = warning_lines(warned_checks(result))
            if not result.success:
                show_failure(terminal, failures(result), log, warnings)
                return 1
        seconds = time.monotonic() - started
        show_page(terminal, access.as_of, access.is_sandbox, seconds, log, warnings)
        return 0


def scoring_job() -> dg.JobDefinition:
    """The job of the code location; importing it loads the whole graph."""
    from orchestration.definitions import defs

    return defs.resolve_job_def(JOB)


@contextmanager
def free_instance(terminal: Console) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance while nobody writes: neither a run nor another process.

    Raises:
        RunInProgress, StrayProcess: somebody does.
    """
    with dg.DagsterInstance.get() as instance:
        for run_id in close_left_behind_runs(instance):
            terminal.print(f"Run {run_id} was left behind by a killed process: marked as failed.")
        refuse_second_run(instance)
        hold_warehouse(warehouse_path(), "a run from the command line")
        require_space(warehouse_path())
        yield instance


def execute(
    instance: dg.DagsterInstance,
    job: Callable[[], dg.JobDefinition],
    as_of: datetime,
    months: MonthRange,
    more_tags: Mapping[str, str] | None = None,
) -> dg.JobExecutionResult:
    return dg.execute_job(
        dg.reconstructable(job),
        instance=instance,
        tags=partition_tags(months) | as_of_tag(as_of) | process_tag() | dict(more_tags or {}),
        run_config={"loggers": {"terminal": {}}},
        raise_on_error=False,
    )


def failures(result: dg.JobExecutionResult) -> list[str]:
    """What the failed steps say, once each; a full disk in words."""
    messages = []
    for event in result.all_events:
        if event.event_type is dg.DagsterEventType.STEP_FAILURE:
            data = event.step_failure_data
            told = data.user_failure_data.description if data.user_failure_data else None
            cause = data.error.cause or data.error
            message = told or f"{progress.title(event.step_key)}: {cause.message.strip()}"
            full = explain_if_full(message)
            messages.append(f"{message}\n{full}" if full else message)
    return list(dict.fromkeys(messages))


def show_start(
    terminal: Console,
    as_of: datetime,
    months: MonthRange,
    is_sandbox: bool,
    seconds: float,
) -> None:
    source = "the sandbox: a simulated company" if is_sandbox else "the configured vendors"
    terminal.print(
        f"[green]  done[/]  {'Preparing':<36} {seconds:6.1f} s\n"
        f"Score months [bold]{months}[/], as of {as_of} UTC, from {source}.",
        highlight=False,
    )


@contextmanager
def output_to(log: Path) -> Iterator[Console]:
    """Everything that this process and its children print goes to the log; people get a console.

    dbt, dlt and Dagster are talkative: what they say is for whoever looks for a cause.
    """
    saved = [os.dup(descriptor) for descriptor in (1, 2)]
    with open(log, "w") as file, open(saved[0], "w", buffering=1, closefd=False) as stream:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
        try:
            yield Console(file=stream, soft_wrap=True)
        finally:
            for descriptor, original in zip((1, 2), saved, strict=True):
                os.dup2(original, descriptor)
    for original in saved:
        os.close(original)
