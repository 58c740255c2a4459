"""A warehouse of its own for each test, and the four services in a thread."""

import shutil
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.sandbox.certificates import Certificates
from ingestion.sandbox.credentials import dlt_environment
from ingestion.sandbox.faults import Fault
from ingestion.sandbox.services import open_ports, port_numbers, sandbox_server
from ingestion.settings import SECRET_OF
from ingestion.warehouse import VENDORS, load
from tests.ingestion.changing_company import AUGUST, JULY, changing_company

# (as_of, what Salesforce lacks, who is down, a change to the company, another one) -> dlt settings
Serve = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty warehouse of the test's own; no vendor is configured."""
    return isolate(tmp_path, monkeypatch)


@pytest.fixture
def loaded(warehouse: Path, loaded_in_july: Path) -> Path:
    """The test's warehouse, with all vendors loaded as of JULY."""
    shutil.copy(loaded_in_july, warehouse)
    return warehouse


@pytest.fixture(scope="session")
def loaded_in_july(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _loaded(tmp_path_factory.mktemp("july"), JULY)


@pytest.fixture(scope="session")
def loaded_in_august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse whose first load was as of AUGUST; not to be written."""
    return _loaded(tmp_path_factory.mktemp("august"), AUGUST)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve the changing company, or another, as of an instant; the settings point there."""
    with ExitStack() as running:

        def start(
            as_of: datetime,
            lacks: Collection[str] = (),
            down: Collection[str] = (),
            edit: Callable[[Any], None] = lambda company: None,
            company: Any = None,
        ) -> dict[str, str]:
            company = company or changing_company(as_of, tuple(lacks))
            edit(company)
            settings = running.enter_context(services(company, as_of, down))
            for name, value in settings.items():
                monkeypatch.setenv(name, value)
            return settings

        yield start


def isolate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a test: a new warehouse, no keys, little patience, two months of days."""
    path = folder / "warehouse.duckdb"
    monkeypatch.setenv("WAREHOUSE_PATH", str(path))
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    monkeypatch.setenv("SOURCES__PENDO__START_DATE", "2026-06-15")
    for vendor, secret in SECRET_OF.items():
        # Blank rather than absent: a developer's own secrets.toml must not show through.
        monkeypatch.setenv(f"SOURCES__{vendor.upper()}__{secret.upper()}", "")
    return path


def _loaded(folder: Path, as_of: datetime) -> Path:
    with pytest.MonkeyPatch.context() as monkeypatch:
        path = isolate(folder, monkeypatch)
        with services(changing_company(as_of), as_of, ()) as settings:
            for name, value in settings.items():
                monkeypatch.setenv(name, value)
            for vendor in VENDORS:
                load(vendor, as_of)
    return path


@contextmanager
def services(
    company: object,
    as_of: datetime,
    down: Collection[str],
    faults: Collection[Fault] = (),
    certificates: Certificates | None = None,
) -> Iterator[dict[str, str]]:
    """Serve a company, by https where there are certificates; yields the settings of dlt."""
    sockets = open_ports()
    for bound in sockets.values():
        bound.listen()
    tls = certificates and certificates.server
    server = sandbox_server(company, as_of, sockets, down, faults, tls)
    thread = threading.Thread(target=server.run, args=(list(sockets.values()),))
    thread.start()
    try:
        yield dlt_environment(port_numbers(sockets), certificates and certificates.authority_file)
    finally:
        server.should_exit = True
        # A closed connection of TLS waits for the client's answer, and clients keep theirs.
        server.force_exit = certificates is not None
        thread.join(timeout=5)
