"""How the runs before one ended, by Dagster's records: what makes a message worth sending."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import dagster as dg

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
# Whoever was told nothing for so many runs has other troubles.
RUNS_LOOKED_AT = 100


class Verdict(NamedTuple):
    """What a run's checks say of one vendor."""

    reasons: list[str]  # why checks failed; empty: they passed
    failed_before: int  # in how many runs in a row right before


def runs_before(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[dg.DagsterRun]:
    """Ended runs of the same job, newest first."""
    records = instance.get_run_records(
        dg.RunsFilter(job_name=run.job_name, statuses=ENDED), limit=RUNS_LOOKED_AT
    )
    runs = [record.dagster_run for record in records]
    yield from runs[[each.run_id for each in runs].index(run.run_id) + 1 :]


def failures_before(instance: dg.DagsterInstance, run: dg.DagsterRun) -> int:
    """How many runs of the job failed one after another right before this one."""
    count = 0
    for earlier in runs_before(instance, run):
        if earlier.status is not dg.DagsterRunStatus.FAILURE:
            break
        count += 1
    return count


def verdicts(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[str, Verdict]:
    """Vendor -> what the checks of a run that succeeded say of it.

    Only runs that succeeded are looked at, and of them those that checked the vendor: why others
    failed was told in its own message.
    """
    reasons = failed_checks(instance, run.run_id)
    counts = dict.fromkeys(reasons, 0)
    unsettled = set(reasons)
    for earlier in runs_before(instance, run):
        if not unsettled:
            break
        if earlier.status is dg.DagsterRunStatus.SUCCESS:
            failed = failed_checks(instance, earlier.run_id)
            for vendor in unsettled & failed.keys():
                counts[vendor] += bool(failed[vendor])
            unsettled -= {vendor for vendor, why in failed.items() if not why}
    return {vendor: Verdict(why, counts[vendor]) for vendor, why in reasons.items()}


def failed_checks(instance: dg.DagsterInstance, run_id: str) -> dict[str, list[str]]:
    """First part of the asset's key (the vendor) -> why its checks of severity ERROR failed; empty
    where all of them passed."""
    records = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    reasons: dict[str, dict[str, None]] = defaultdict(dict)
    for record in records:
        check = record.event_log_entry.dagster_event.asset_check_evaluation_data
        why = reasons[check.asset_key.path[0]]
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
            why[check.description or check.check_name] = None
    return {vendor: list(why) for vendor, why in reasons.items()}
