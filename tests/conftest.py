"""Which tests are slow, and what comes first."""

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# Whole loads, whole companies, services with time-outs: seconds each. `make check` leaves them out
# together with what starts dbt; a file that does so says it itself (pytestmark).
SLOW = (
    "deployment/",
    "ingestion/test_changes_while_paging.py",
    "ingestion/test_doctor.py",
    "ingestion/test_failed_loads.py",
    "ingestion/test_faults.py",
    "ingestion/test_full_reload.py",
    "ingestion/test_http_client.py",
    "ingestion/test_https.py",
    "ingestion/test_increments.py",
    "ingestion/test_loads.py",
    "ingestion/test_pendo.py",
    "ingestion/test_pendo_files.py",
    "ingestion/test_salesforce.py",
    "ingestion/test_salesforce_bulk.py",
    "ingestion/test_schema_drift.py",
    "ingestion/test_watermarks.py",
    "ingestion/test_zendesk.py",
    "ingestion/sandbox/clients/",
    "ingestion/sandbox/company/",
    "ingestion/sandbox/test_sandbox_process.py",
    "orchestration/test_alerts.py",
)


# The files that take longest: started first, so that parallel workers end at about the same time.
LONGEST = ("end_to_end/", "orchestration/", "dbt_project/")


# Files that share what takes a session minutes to make.
TOGETHER = {"tests/end_to_end/test_edits.py": "tests/end_to_end/test_runs.py"}


class FilesTogether(LoadFileScheduling):
    """One file, one worker; and one for all of those that share a fixture."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return TOGETHER.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow ones. In parallel a file stays on one worker: its session fixtures run once."""
    root = Path(__file__).parent
    for item in items:
        if item.path.relative_to(root).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(root).as_posix()
        return next((i for i, name in enumerate(LONGEST) if path.startswith(name)), len(LONGEST))

    items.sort(key=place)
