"""The loads by https: they trust what they are told to, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

from ingestion.sandbox.certificates import Certificates, issue_certificates
from ingestion.sandbox.credentials import TRUST
from ingestion.warehouse import VendorLoadError, load
from tests.ingestion.changing_company import JULY, changing_company
from tests.ingestion.conftest import services
from tests.ingestion.warehouse_contents import query, watermarks


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The settings of a sandbox that speaks https, set for the test."""
    certificates: Certificates = issue_certificates(tmp_path)
    with services(changing_company(JULY), JULY, (), certificates=certificates) as settings:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield settings


# Salesforce is read by simple-salesforce, Recurly by dlt's client.
@pytest.mark.parametrize(
    ("vendor", "table", "rows"), [("salesforce", "accounts", 2), ("recurly", "accounts", 1)]
)
def test_a_vendor_is_loaded_by_https(
    vendor: str, table: str, rows: int, warehouse: Path, settings: dict[str, str]
) -> None:
    assert all(value.startswith("https://localhost:") for value in _addresses(settings))
    load(vendor, JULY)
    assert query(warehouse, f"select count(*) from raw_{vendor}.{table}") == [(rows,)]


@pytest.mark.parametrize("vendor", ["salesforce", "recurly"])
def test_an_unknown_authority_is_refused_and_nothing_is_loaded(
    vendor: str, warehouse: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in TRUST:
        monkeypatch.setenv(name, certifi.where())
    with pytest.raises(VendorLoadError, match="CERTIFICATE_VERIFY_FAILED"):
        load(vendor, JULY)
    assert not any(map(any, watermarks(warehouse, vendor).values()))


def _addresses(settings: dict[str, str]) -> list[str]:
    return [value for name, value in settings.items() if name.endswith("_URL")]
