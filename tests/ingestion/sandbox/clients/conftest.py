"""The services by https over a small simulated company: what public clients are tried with."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from ingestion.sandbox.certificates import Certificates, issue_certificates
from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.credentials import TRUST
from tests.ingestion.conftest import services

AS_OF = datetime(2026, 11, 15)


@pytest.fixture(scope="package")
def company() -> Company:
    return simulate(seed=7, accounts=12, as_of=AS_OF, months=6)


@pytest.fixture(scope="package")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificates]:
    """An authority that this process trusts, and no other."""
    issued = issue_certificates(tmp_path_factory.mktemp("authority"))
    with pytest.MonkeyPatch.context() as environment:
        for name in TRUST:
            environment.setenv(name, str(issued.authority_file))
        yield issued


@pytest.fixture(scope="package")
def settings(company: Company, certificates: Certificates) -> Iterator[dict[str, str]]:
    """The settings that point at all four vendors, which run for these tests."""
    with services(company, AS_OF, (), certificates=certificates) as settings:
        yield settings


def host(settings: dict[str, str], vendor: str) -> tuple[str, int]:
    """The host and port of a vendor."""
    name = "LOGIN_URL" if vendor == "salesforce" else "BASE_URL"
    address = urlsplit(settings[f"SOURCES__{vendor.upper()}__{name}"])
    assert (address.scheme, address.hostname) == ("https", "localhost")
    return "localhost", address.port or 443
