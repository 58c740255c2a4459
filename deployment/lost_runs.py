"""Before the code location serves: mark the runs as failed that ended with its last container.

Runs are processes of the code location, and Dagster's run monitoring asks nobody whether they
still live (the default run launcher has no answer). A run that was cut off by a kill, a lack of
memory or a power cut would be in progress for ever, and with one run at a time that is the last.
"""

import dagster as dg
from dagster._core.storage.tags import GRPC_INFO_TAG

from orchestration.run_guard import close_left_behind_runs

EXECUTING = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def close_lost_runs(instance: dg.DagsterInstance) -> list[str]:
    """Runs that a code location executed; returns their ids. What waits in the queue stays there.

    Only for a moment in which no code location serves: there is one, and it is about to start.
    """
    closed = []
    for run in instance.get_runs(dg.RunsFilter(statuses=EXECUTING)):
        if GRPC_INFO_TAG in run.tags:
            instance.report_run_failed(
                run, "The code location that executed it was stopped or killed meanwhile."
            )
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed.append(run.run_id)
    return closed


def main() -> None:
    with dg.DagsterInstance.get() as instance:
        for run_id in [*close_lost_runs(instance), *close_left_behind_runs(instance)]:
            print(f"Run {run_id} ended with the last container: marked as failed.", flush=True)


if __name__ == "__main__":
    main()
