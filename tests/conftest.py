"""Which tests are slow, and which share a worker when they run in parallel."""

from pathlib import Path

import pytest

# Whole loads, whole companies, services with time-outs: seconds each. `make check` leaves them out
# together with what starts dbt; a file that does so says it itself (pytestmark).
SLOW = (
    "ingestion/test_failed_loads.py",
    "ingestion/test_http_client.py",
    "ingestion/test_loads.py",
    "ingestion/test_pendo.py",
    "ingestion/test_salesforce.py",
    "ingestion/test_watermarks.py",
    "ingestion/test_zendesk.py",
    "ingestion/sandbox/company/",
    "ingestion/sandbox/test_sandbox_process.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow ones; a file stays on one worker, and so do all end-to-end tests, which look
    at the traces of the same few runs."""
    root = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(root).as_posix()
        if path.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
        group = "end_to_end" if path.startswith("end_to_end/") else path
        item.add_marker(pytest.mark.xdist_group(group))
