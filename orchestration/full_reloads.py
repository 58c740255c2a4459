"""Which vendors a run reads again from the beginning, and what that corrected last time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import duckdb

from ingestion.full_reload import FULL_RELOADS, Correction
from ingestion.warehouse import VENDORS
from orchestration.clock import as_of_of_record
from orchestration.warehouse_state import has_table

FULL_RELOAD_TAG = "customer_health/full_reload"
ALL = "all"
RELOAD_EVERY = timedelta(days=7)
# The day of the week on which a reload costs least.
SUNDAY = 6


class LastReload(NamedTuple):
    as_of: datetime
    correction: Correction


def full_reload_tag(vendors: str) -> dict[str, str]:
    """The run's tag for vendors separated by commas, or `all`; none for a blank.

    Raises:
        ValueError: there is no such vendor.
    """
    vendors = vendors.replace(" ", "")
    unknown = set(vendors.split(",")) - {*VENDORS, ALL, ""}
    if unknown:
        raise ValueError(
            f"FULL_RELOAD names {', '.join(sorted(unknown))}: write {ALL}, or some of "
            f"{', '.join(VENDORS)} separated by commas."
        )
    return {FULL_RELOAD_TAG: vendors} if vendors else {}


def vendors_to_reload(tags: Mapping[str, str]) -> set[str]:
    named = set(tags.get(FULL_RELOAD_TAG, "").split(","))
    return set(VENDORS) if ALL in named else named & set(VENDORS)


def is_full_reload_due(as_of: datetime, last: datetime | None) -> bool:
    """Whether a scheduled run reads everything again: after a week at the latest, and on Sundays.

    By age, so that a schedule without Sundays, a Sunday that was left out and a reload that failed
    are made up for, and a schedule of many runs a day reloads once.

    Args:
        last: the instant of the last full reload, else of the first load; None before that.
    """
    if last is None:
        return False
    age = as_of.date() - last.date()
    return age >= RELOAD_EVERY or (as_of.weekday() == SUNDAY and age >= timedelta(days=1))


def last_whole_read(instance: dg.DagsterInstance, job: str) -> datetime | None:
    """The instant for which everything was last read from the beginning, by the runs on record:
    the last full reload that succeeded, else the first run, which had nothing to go on from."""
    succeeded = [dg.DagsterRunStatus.SUCCESS]
    reloads = dg.RunsFilter(job_name=job, statuses=succeeded, tags={FULL_RELOAD_TAG: ALL})
    records = instance.get_run_records(reloads, limit=1) or instance.get_run_records(
        dg.RunsFilter(job_name=job, statuses=succeeded), limit=1, ascending=True
    )
    return as_of_of_record(records[0]) if records else None


def last_full_reloads(warehouse: Path, vendor: str) -> dict[str, LastReload]:
    """Resource -> when it was last read from the beginning, and what that corrected."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not has_table(connection, f"raw_{vendor}", FULL_RELOADS):
            return {}
        rows = connection.execute(
            f"select as_of, resource, added, changed, gone from raw_{vendor}.{FULL_RELOADS}"
        ).fetchall()
    return {row[1]: LastReload(row[0], Correction(*row[1:])) for row in rows}
