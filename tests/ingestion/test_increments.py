"""Many small loads while the vendors' clock moves on: they end where one load does."""

from datetime import datetime
from pathlib import Path

import pytest

from ingestion.sandbox.company import simulate
from ingestion.warehouse import VENDORS, load
from tests.ingestion.conftest import isolate, services
from tests.ingestion.warehouse_contents import Contents, contents

# Midnights, the last second of a month, and twice within an overlap.
CLOCK = [
    datetime(2026, 10, 1),
    datetime(2026, 10, 31, 23, 59, 59),
    datetime(2026, 11, 1, 0, 3),
    datetime(2026, 11, 15),
]
FIELD_HISTORY_FROM = datetime(2024, 11, 15)


def loaded(folder: Path, clock: list[datetime]) -> dict[str, Contents]:
    """What every vendor's tables hold after a load at each of these instants."""
    with pytest.MonkeyPatch.context() as patch:
        warehouse = isolate(folder, patch)
        for as_of in clock:
            company = simulate(accounts=8, as_of=as_of, months=4)
            with services(company, as_of, ()) as settings:
                for name, value in settings.items():
                    patch.setenv(name, value)
                for vendor in VENDORS:
                    load(vendor, as_of)
    return {vendor: contents(warehouse, vendor) for vendor in VENDORS}


def has_aged_out(table: str, row: tuple) -> bool:
    """Salesforce lists two years of field history; what was loaded of it before stays."""
    return table.endswith("_history") and row[-1] < FIELD_HISTORY_FROM


def test_loads_of_what_changed_end_where_one_load_of_everything_does(tmp_path: Path) -> None:
    little_by_little = loaded(tmp_path / "little_by_little", CLOCK)
    at_once = loaded(tmp_path / "at_once", CLOCK[-1:])
    for vendor in VENDORS:
        for table, rows in at_once[vendor].items():
            kept = [row for row in little_by_little[vendor][table] if not has_aged_out(table, row)]
            assert kept == rows, f"{vendor}.{table}"
    assert len(at_once["salesforce"]["tasks"]) > 50
