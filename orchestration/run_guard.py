"""One run at a time: refuse a second one, and close what killed processes left open."""

import os
import socket
from pathlib import Path

import dagster as dg

from orchestration.schedules import IN_PROGRESS

PROCESS_TAG = "customer_health/process"


class RunInProgress(Exception):
    """Another run is writing; the message says which one and what to do."""


def process_tag() -> dict[str, str]:
    """Marks a run with the process that executes it, on this machine, and when that started."""
    return {PROCESS_TAG: f"{socket.gethostname()}/{os.getpid()}/{process_start(os.getpid())}"}


def process_start(process: int) -> str | None:
    """When a process started, in clock ticks since boot: numbers of processes are used again.

    None if there is no such process.
    """
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    return stat.rsplit(")", 1)[1].split()[19]


def is_left_behind(tag: str | None) -> bool:
    """Whether a run's process was on this machine and is gone. Without a tag nobody can tell."""
    if not tag or tag.count("/") != 2:
        return False
    host, process, started = tag.split("/")
    return host == socket.gethostname() and process_start(int(process)) != started


def close_left_behind_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs as failed whose process was killed, and free what they held; returns their ids."""
    closed = []
    for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS)):
        if is_left_behind(run.tags.get(PROCESS_TAG)):
            instance.report_run_failed(
                run,
                "Its process ended without a word: killed, or the machine went down.",
            )
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed.append(run.run_id)
    return closed


def refuse_second_run(instance: dg.DagsterInstance) -> None:
    """Raise RunInProgress while a run of this instance is in progress."""
    for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS), limit=1):
        process = run.tags.get(PROCESS_TAG)
        where = (
            f"by process {process.split('/')[1]} on {process.split('/')[0]}"
            if process
            else "from the UI"
        )
        raise RunInProgress(
            f"Run {run.run_id} is in progress ({run.status.value.lower()}, started {where}), and "
            "only one may write. Wait until it has ended, or end it in the Dagster UI (`make ui`, "
            "Runs, Terminate), and run again."
        )
