"""The lock of the one process that writes the warehouse, beside it as `<warehouse>.lock`.

DuckDB's own lock lasts for one connection, and a run opens many. This one lasts for the run, and a
dbt started by hand asks for it too (dbt_project/plugins/one_writer.py). It goes with the process
that holds it, however that ends.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from orchestration.warehouse_state import StrayProcess, check_writable

# What is in the lock file, for the dbt of the run: it need not ask while these words are there.
RUN_VARIABLE = "WAREHOUSE_RUN"
_held: dict[Path, IO[str]] = {}


def hold_warehouse(warehouse: Path, holder: str, patience: float = 30) -> None:
    """Be the one who writes, until this process ends; again by the same process does nothing.

    Args:
        holder: who writes, for the message that another one gets.
        patience: seconds to wait for somebody else to end.

    Raises:
        StrayProcess: another process writes, or has the file open; the message names it.
    """
    warehouse = warehouse.resolve()
    if warehouse in _held:
        return
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    lock = open(f"{warehouse}.lock", "a+")  # noqa: SIM115 it stays open
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.seek(0)
                by = lock.read().strip() or "another process"
                lock.close()
                raise StrayProcess(
                    f"{warehouse} is being written by {by}, and only one may write. Wait until it "
                    "has ended, or end it, then run again. What is published stays as it is."
                ) from None
            time.sleep(0.2)
    try:
        check_writable(warehouse, patience)
    except Exception:
        lock.close()
        raise
    words = f"{holder} (process {os.getpid()})"
    lock.truncate(0)
    lock.write(words)
    lock.flush()
    _held[warehouse] = lock
    os.environ[RUN_VARIABLE] = words


def let_go(warehouse: Path) -> None:
    """Stop being the one who writes."""
    lock = _held.pop(warehouse.resolve(), None)
    if lock:
        lock.close()
        os.environ.pop(RUN_VARIABLE, None)
