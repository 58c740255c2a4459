"""What of a vendor is complete, and until when: `raw_<vendor>.load_watermarks`.

A load is atomic per table, not as a whole: a run that is killed leaves new tables beside old
ones. So watermarks are written last, in one transaction, and only they say what is complete;
the next load starts from them, re-reads an overlap and converges. They are also the only
memory of where to go on: a cursor kept elsewhere could run ahead of the data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.schema_drift import LACKING, write_schema_changes
from ingestion.warehouse_file import connection, raw_schema

WATERMARKS = "load_watermarks"
# Complete since ever: the vendors' lists are read without a lower bound on the first load.
BEGINNING = datetime(1970, 1, 1)
# Key under which a resource leaves what it covered in dlt's state of the load.
COVERAGE = "coverage"


@dataclass(frozen=True)
class Watermark:
    """[complete_from, complete_through) of one resource, naive UTC."""

    complete_from: datetime
    complete_through: datetime


def naive_utc(instant: datetime) -> datetime:
    """The instant as the warehouse writes it: UTC without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def create_watermarks(vendor: str) -> None:
    """Create the vendor's empty watermark table, if it is not there yet."""
    with connection() as warehouse:
        warehouse.execute(f"create schema if not exists {raw_schema(vendor)}")
        warehouse.execute(
            f"create table if not exists {_table(vendor)} (resource varchar not null, "
            "complete_from timestamp, complete_through timestamp, loaded_at timestamp)"
        )


def declare_resources(vendor: str, resources: Iterable[str], is_configured: bool) -> None:
    """Make the table say which resources are expected before anything is loaded.

    A configured vendor that was never loaded gets a row of NULL times per resource: late. An
    unconfigured vendor has no rows: unmapped. Once a vendor has been loaded, a resource
    without a row is one that the vendor does not have; that stays.
    """
    with connection() as warehouse:
        if not is_configured:
            warehouse.execute(f"delete from {_table(vendor)}")
            return
        was_loaded = warehouse.execute(
            f"select count(complete_through) > 0 from {_table(vendor)}"
        ).fetchone()[0]
        if not was_loaded:
            warehouse.execute("begin")
            _replace_rows(warehouse, vendor, {name: None for name in resources}, None)
            warehouse.execute("commit")


def read_watermark(vendor: str, resource: str) -> Watermark | None:
    """The resource's watermark; None if it was never loaded."""
    with connection() as warehouse:
        row = warehouse.execute(
            f"select complete_from, complete_through from {_table(vendor)} "
            "where resource = ? and complete_through is not null",
            [resource],
        ).fetchone()
    return Watermark(*row) if row else None


def window_start(vendor: str, resource: str, as_of: datetime, overlap: timedelta) -> datetime:
    """From when on to read what changed, so that nothing is missed up to as_of.

    An as_of before the watermark (a run is repeated) reads from as_of back.
    """
    watermark = read_watermark(vendor, resource)
    if watermark is None:
        return BEGINNING
    return max(min(watermark.complete_through, as_of) - overlap, BEGINNING)


def resources_of_last_load(vendor: str) -> set[str]:
    """The resources that the last finished load has read: not those that the vendor lacks."""
    with connection() as warehouse:
        rows = warehouse.execute(
            f"select resource from {_table(vendor)} where loaded_at = "
            f"(select max(loaded_at) from {_table(vendor)})"
        ).fetchall()
    return {resource for (resource,) in rows}


def record_coverage(as_of: datetime, covered: Watermark | None) -> None:
    """Note, from inside a running resource, what it has read; None: the vendor lacks it."""
    import dlt

    dlt.current.resource_state()[COVERAGE] = {
        "as_of": as_of.isoformat(),
        "complete_from": covered and covered.complete_from.isoformat(),
        "complete_through": covered and covered.complete_through.isoformat(),
    }


def replace_watermarks(vendor: str, as_of: datetime, resource_states: dict[str, Any]) -> None:
    """Write the watermarks of the resources that were read up to as_of, and only those.

    Args:
        resource_states: dlt's state of each resource, with the coverage it noted.
    """
    covered: dict[str, Watermark | None] = {}
    lacking: list[str] = []
    for name, state in resource_states.items():
        coverage = state.get(COVERAGE, {})
        if coverage.get("as_of") != as_of.isoformat():
            continue
        bounds = [coverage["complete_from"], coverage["complete_through"]]
        covered[name] = None if None in bounds else Watermark(*map(datetime.fromisoformat, bounds))
        if covered[name]:
            lacking += [f"{name}.{column}" for column in state.get(LACKING, [])]
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    with connection() as warehouse:
        warehouse.execute("begin")
        _replace_rows(warehouse, vendor, covered, loaded_at, lacking)
        write_schema_changes(warehouse, vendor, as_of, resource_states, covered)
        warehouse.execute("commit")


def _replace_rows(
    warehouse: Any,
    vendor: str,
    covered: dict[str, Watermark | None],
    loaded_at: datetime | None,
    lacking: Sequence[str] = (),
) -> None:
    """Replace the rows of these resources.

    Without a `loaded_at` every resource gets a row of NULLs; with one, those that the vendor
    lacks get none, and columns that it lacks (`<resource>.<column>`) a row without an instant.
    """
    rows = [
        (name, mark and mark.complete_from, mark and mark.complete_through, loaded_at)
        for name, mark in covered.items()
        if mark or loaded_at is None
    ]
    rows += [(name, None, None, loaded_at) for name in lacking]
    for name in covered:
        warehouse.execute(
            f"delete from {_table(vendor)} where split_part(resource, '.', 1) = ?", [name]
        )
    if rows:
        warehouse.executemany(f"insert into {_table(vendor)} values (?, ?, ?, ?)", rows)


def _table(vendor: str) -> str:
    return f"{raw_schema(vendor)}.{WATERMARKS}"
