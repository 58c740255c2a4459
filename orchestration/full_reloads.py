"""Which vendors a run reads again from the beginning, and what that corrected last time."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingestion.full_reload import FULL_RELOADS, Correction
from ingestion.warehouse import VENDORS
from orchestration.warehouse_state import has_table

FULL_RELOAD_TAG = "customer_health/full_reload"
ALL = "all"
# Of the week; the daily run of this day reads everything again.
FULL_RELOAD_DAY = 6


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


def is_full_reload_day(day: date) -> bool:
    return day.weekday() == FULL_RELOAD_DAY


def last_full_reloads(warehouse: Path, vendor: str) -> dict[str, LastReload]:
    """Resource -> when it was last read from the beginning, and what that corrected."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not has_table(connection, f"raw_{vendor}", FULL_RELOADS):
            return {}
        rows = connection.execute(
            f"select as_of, resource, added, changed, gone from raw_{vendor}.{FULL_RELOADS}"
        ).fetchall()
    return {row[1]: LastReload(row[0], Correction(*row[1:])) for row in rows}
