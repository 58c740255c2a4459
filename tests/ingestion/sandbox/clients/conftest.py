"""The services by https over a small simulated company: what public clients are tried with."""

import threading
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from ingestion.sandbox.certificates import issue_certificates
from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.credentials import VENDORS, dlt_environment
from ingestion.sandbox.services import open_ports, port_numbers, sandbox_server

AS_OF = datetime(2026, 11, 15)
ADDRESSES = {"salesforce": "LOGIN_URL"} | dict.fromkeys(VENDORS[1:], "BASE_URL")


@pytest.fixture(scope="session")
def company() -> Company:
    return simulate(seed=7, accounts=12, as_of=AS_OF, months=6)


@pytest.fixture(scope="session")
def settings(
    company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Serve all four vendors; while they run, this process trusts their authority."""
    certificates = issue_certificates(tmp_path_factory.mktemp("authority"))
    sockets = open_ports()
    for bound in sockets.values():
        bound.listen()
    server = sandbox_server(company, AS_OF, sockets, tls=certificates.server)
    thread = threading.Thread(target=server.run, args=(list(sockets.values()),), daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as environment:
        settings = dlt_environment(port_numbers(sockets), certificates.authority_file)
        for name, value in settings.items():
            environment.setenv(name, value)
        yield settings
    # Clients keep their connections, and a closed one of TLS waits for the client's answer.
    server.should_exit = server.force_exit = True
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def hosts(settings: dict[str, str]) -> dict[str, str]:
    """Vendor -> its host and port."""
    return {
        vendor: urlsplit(settings[f"SOURCES__{vendor.upper()}__{name}"]).netloc
        for vendor, name in ADDRESSES.items()
    }
