"""Copy the warehouse while nobody writes it: `python -m deployment.backup FOLDER`.

The copy holds what vendors cannot give again (README.md, Backups). It stands in a folder of its
own, which appears under its name only when it is whole.
"""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb

from ingestion.warehouse_file import warehouse_path
from orchestration.audit_state import notes_folder
from orchestration.run_guard import RunInProgress, refuse_second_run


def back_up(target: Path) -> Path:
    """Returns the folder of the copy: the warehouse, and the notes on what failed its tests.

    Raises:
        RunInProgress: a run writes. Nothing was copied.
    """
    with dg.DagsterInstance.get() as instance:
        refuse_second_run(instance)
    warehouse = warehouse_path()
    folder = target / f"warehouse-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    partial = target / f".{folder.name}"
    partial.mkdir(parents=True)
    # Open here, it is closed to writers: a run that begins meanwhile fails and leaves it whole.
    with duckdb.connect(str(warehouse), read_only=True):
        for file in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
            if file.exists():
                shutil.copy2(file, partial / file.name)
        if notes_folder().exists():
            shutil.copytree(notes_folder(), partial / notes_folder().name)
    # A copy that cannot be opened is none.
    duckdb.connect(str(partial / warehouse.name), read_only=True).close()
    os.replace(partial, folder)
    return folder


def main() -> int:
    if len(sys.argv) != 2:
        print("Name the folder for the copy: python -m deployment.backup FOLDER", file=sys.stderr)
        return 2
    try:
        print(back_up(Path(sys.argv[1])))
    except (RunInProgress, duckdb.IOException) as error:
        print(f"Not copied. {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
