"""Refuses a dbt started by hand that would write beside a run, or change what a run publishes from.

A plugin of dbt-duckdb (profiles.yml), asked before the warehouse is opened. Runs hold a lock on
`<warehouse>.lock`; what is written into the lock file says who holds it, and a run tells its own
dbt the same words by the environment variable WAREHOUSE_RUN. A dbt that has outlived its run asks
like any other.
"""

import fcntl
import os
import sys
from pathlib import Path
from typing import IO, Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

WRITING = {"build", "clone", "run", "run-operation", "seed", "snapshot"}
# Held until dbt's process ends.
_locks: dict[Path, IO[str]] = {}


class Plugin(BasePlugin):
    def initialize(self, plugin_config: dict[str, Any]) -> None:
        options = self.creds.config_options or {}
        if options.get("access_mode") != "read_only" and self.creds.path != ":memory:":
            admit(Path(self.creds.path).resolve(), command())


def command() -> str:
    """The command of this dbt: `build` of `dbt build --select ...`."""
    from dbt.flags import get_flags

    return getattr(get_flags(), "WHICH", "")


def holder(warehouse: Path) -> str | None:
    """Who holds the lock at this moment."""
    path = Path(f"{warehouse}.lock")
    if not path.exists():
        return None
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock.read().strip() or "another process"
    return None


def admit(warehouse: Path, asked: str) -> None:
    """Let dbt open the warehouse, and nobody else until it has ended.

    Raises:
        DbtRuntimeError: a run or another dbt has it; or the command writes, and what is published
            comes from this warehouse.
    """
    run = os.environ.get("WAREHOUSE_RUN")
    if warehouse in _locks or (run and run == holder(warehouse)):
        return
    copy = (
        "work on a copy: mkdir -p /tmp/try && cp "
        f"{warehouse} /tmp/try/ && WAREHOUSE_PATH=/tmp/try/{warehouse.name} dbt {asked} ..."
    )
    if asked in WRITING and (warehouse.parent / "serving").exists():
        raise DbtRuntimeError(
            f"dbt {asked} by hand would change {warehouse}, from which runs publish: its months "
            f"would be published without an audit. Use `make run` or `make impact`, or {copy}"
        )
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    lock = open(f"{warehouse}.lock", "a+")  # noqa: SIM115 it stays open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        by = holder(warehouse) or "another process"
        raise DbtRuntimeError(
            f"{warehouse} is being written by {by}. Wait until it has ended, or {copy}"
        ) from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()} ({' '.join(Path(part).name for part in sys.argv)[:200]})")
    lock.flush()
    _locks[warehouse] = lock
