"""One simulated company of the default size for all tests that only read it."""

from __future__ import annotations

import pytest

from ingestion.sandbox.company import Company, simulate


@pytest.fixture(scope="session")
def company() -> Company:
    return simulate()
