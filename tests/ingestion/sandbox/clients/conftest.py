"""The services by https over a small simulated company: what public clients are tried with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from ingestion.sandbox.certificates import Certificates, issue_certificates
from ingestion.sandbox.company import Company, simulate
from ingestion.sandbox.credentials import TRUST
from tests.ingestion.conftest import services

AS_OF = datetime(2026, 11, 15)
TWICE_USED = "co-twice"


@pytest.fixture(scope="package")
def company() -> Company:
    company = simulate(seed=7, accounts=12, as_of=AS_OF, months=6)
    _add_what_so_small_a_company_lacks(company)
    return company


def _add_what_so_small_a_company_lacks(company: Company) -> None:
    for days, task in zip((2, 10, 40), company.salesforce["Task"], strict=False):
        task |= {"IsDeleted": True, "SystemModstamp": AS_OF - timedelta(days=days)}
    company.salesforce["Account"][1]["Company_ID__c"] = TWICE_USED
    company.salesforce["Account"][2]["Company_ID__c"] = TWICE_USED
    for days, ticket in zip((3, 50), company.zendesk["tickets"], strict=False):
        moment = AS_OF - timedelta(days=days)
        stamp = int(moment.replace(tzinfo=UTC).timestamp())
        ticket |= {"status": "deleted", "updated_at": moment, "generated_timestamp": stamp}
    for rating in company.zendesk["satisfaction_ratings"][::3]:
        rating["comment"] = "Thanks!"


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
