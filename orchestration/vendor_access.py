"""The vendors that a command works with: the configured ones, else a sandbox that it starts."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import NamedTuple

from ingestion.settings import configured_vendors
from orchestration.clock import as_of_setting, now
from orchestration.paths import published_database
from orchestration.publications import last_as_of

SANDBOX_AS_OF = datetime(2026, 11, 15)


class ClockSetBack(Exception):
    """AS_OF lies before what the warehouse already holds; the message says what to do."""


class Access(NamedTuple):
    as_of: datetime
    is_sandbox: bool
    # Returns when the vendors can be called; until then there is time for other preparations.
    wait: Callable[[], None]


def choose_as_of(is_sandbox: bool, setting: datetime | None, last: datetime | None) -> datetime:
    """The instant of a run: AS_OF, else now; a sandbox's clock stands still unless AS_OF moves it.

    Args:
        last: the latest instant that was published for.

    Raises:
        ClockSetBack: later data is in the warehouse and would be lost from sight, not undone.
    """
    if setting and last and setting < last:
        raise ClockSetBack(
            f"AS_OF is {setting} UTC, but {last} UTC is already published, and no run goes back. "
            "Leave AS_OF out or set it later; a new WAREHOUSE_PATH starts from nothing."
        )
    if setting:
        return setting
    return max(SANDBOX_AS_OF, last or SANDBOX_AS_OF) if is_sandbox else now()


@contextmanager
def vendor_access() -> Iterator[Access]:
    """Settings and keys of the vendors in the environment, for as long as the context lasts."""
    is_sandbox = not configured_vendors()
    as_of = choose_as_of(is_sandbox, as_of_setting(), last_as_of(published_database()))
    if not is_sandbox:
        yield Access(as_of, is_sandbox, lambda: None)
        return
    from ingestion.sandbox import start_sandbox

    os.environ["AS_OF"] = f"{as_of.isoformat()}Z"
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=1) as pool:
        # The simulated company takes seconds to grow: meanwhile dbt parses and Dagster loads.
        starting = pool.submit(
            stack.enter_context,
            start_sandbox(
                accounts=int(os.environ.get("SANDBOX_ACCOUNTS") or 200),
                seed=int(os.environ.get("SANDBOX_SEED") or 7),
                as_of=as_of,
            ),
        )

        def wait() -> None:
            os.environ.update(starting.result().environment)

        yield Access(as_of, is_sandbox, wait)
