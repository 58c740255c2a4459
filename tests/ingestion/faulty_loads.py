"""Loads from vendors that misbehave; as a command, a table of every fault at every endpoint.

    python -m tests.ingestion.faulty_loads > faults.md

Per line: the fault, whether the load ended well or what it said, and whether its tables are equal
to those of a load without faults.
"""

import itertools
import logging
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from ingestion import recurly, salesforce_bulk, zendesk
from ingestion.sandbox import salesforce_api
from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.faults import read_fault
from ingestion.warehouse import VendorLoadError, load
from tests.ingestion.conftest import isolate, services
from tests.ingestion.warehouse_contents import Contents, contents

AS_OF = datetime(2026, 11, 15)
# A job for every object, where they are asked for.
JOBS = ("/jobs/query", "/results")
ENDPOINTS = {
    "salesforce": ["/oauth2/token", "/describe", "/query", "/query/01g", *JOBS],
    "pendo": ["/aggregation"],
    "zendesk": [
        *(f"/incremental/{name}" for name in ("organizations", "tickets", "ticket_events")),
        "/satisfaction_ratings",
    ],
    "recurly": [f"/{table.name}" for table in recurly.TABLES],
}
# Kind, how often, after how many good answers.
INJECTED = [
    *(f"{kind}:1" for kind in ("rate_limit", "skewed_clock", "500", "502", "503", "silence")),
    *("clock_behind:1", "503:3", "503:always", "rate_limit:always", "silence:always"),
    *("reset:1", "reset:always", "truncated:1", "truncated:always"),
    *("expired_token:1", "expired_token:1:3", "expired_token:always"),
    *("lost_cursor:1", "lost_cursor:always"),
    *(
        "lost_rows:1",
        "empty_page:1",
        "empty_page:always",
        "repeated_page:1",
        "repeated_page:always",
    ),
]


def faulty_company() -> Company:
    return simulate(accounts=8, as_of=AS_OF, months=4)


def loaded(folder: Path, company: Company, vendor: str, *faults: str) -> Contents:
    """The vendor's tables after a first load, in small pages, from services with the faults.

    Raises:
        ValueError: the load asks for nothing that a fault is about.
        LookupError: a fault was never shown: there were too few requests, or none of its kind.
    """
    shown = [read_fault(fault) for fault in faults]
    with pytest.MonkeyPatch.context() as patch:
        warehouse = isolate(folder, patch)
        patch.setenv("SOURCES__PENDO__START_DATE", "2026-10-15")
        patch.setenv("SOURCES__PENDO__ROWS_PER_REQUEST", "80")
        patch.setenv("RUNTIME__REQUEST_TIMEOUT", "1")
        patch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "3")
        patch.setattr(salesforce_api, "MAX_PAGE", 30)
        patch.setattr(salesforce_bulk, "SECONDS_BETWEEN_QUESTIONS", 0.01)
        patch.setattr(salesforce_bulk, "RECORDS_PER_PART", 7)
        if any(fault.path in JOBS for fault in shown):
            patch.setenv("SOURCES__SALESFORCE__BULK_ABOVE", "0")
        patch.setattr(zendesk, "PAGE_SIZE", 5)
        patch.setattr(zendesk, "LIST_PAGE_SIZE", 1)
        patch.setattr(recurly, "PAGE_SIZE", 20)
        with services(company, AS_OF, (), shown) as settings:
            for name, value in settings.items():
                patch.setenv(name, value)
            load(vendor, AS_OF)
    for fault in shown:
        if not fault.is_asked:
            raise ValueError(f"no load asks for {fault.vendor}:{fault.path}")
        if not fault.has_shown:
            raise LookupError(f"{fault} was never shown")
    return contents(warehouse, vendor)


def _print_table() -> None:
    company = faulty_company()
    print("| vendor | endpoint | fault | times | outcome | data equal |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        places = (Path(folder) / str(number) for number in itertools.count())
        for vendor, paths in ENDPOINTS.items():
            undisturbed = loaded(next(places), company, vendor)
            for path, injected in itertools.product(paths, INJECTED):
                kind, times, *after = injected.split(":")
                try:
                    rows = loaded(next(places), company, vendor, f"{vendor}:{path}:{injected}")
                    outcome, is_equal = "loaded", "yes" if rows == undisturbed else "NO"
                except VendorLoadError as error:
                    outcome, is_equal = str(error), "nothing loaded"
                except LookupError:
                    continue
                when = f"{times}, after {after[0]}" if after else times
                cells = [vendor, path, kind, when, " ".join(outcome.split()), is_equal]
                print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.exit(_print_table())
