"""No run publishes an earlier instant than what is published: also not one that is re-executed.

A re-execution keeps the instant of its first attempt (clock.py). Days later that would put an
earlier state over a later one, and nobody would see it.
"""

from datetime import datetime

import dagster as dg

from orchestration.clock import now
from orchestration.paths import published_database
from orchestration.publications import last_as_of


def refuse_going_back(as_of: datetime) -> None:
    """Stop a step before it touches anything if a later instant than the run's is published.

    Every step asks, not only the first: a re-execution may begin at any of them.

    Raises:
        dagster.Failure: with what to do; a retry would be for the same instant, so there is none.
    """
    last = last_as_of(published_database())
    if not last or as_of >= last:
        return
    if last > now():
        remedy = (
            "That instant has not come yet, so it is of a sandbox's clock or of AS_OF: set AS_OF "
            "later, or give real vendors a folder of their own (WAREHOUSE_PATH)."
        )
    else:
        remedy = (
            "A re-execution keeps the instant of its first attempt: start a new run or a new "
            "backfill instead, which take the present one and do what this one left undone."
        )
    raise dg.Failure(
        f"This run is for {as_of} UTC, but {last} UTC is already published, and no run goes back. "
        f"Nothing was changed. {remedy}",
        allow_retries=False,
    )
