"""Registrable domains."""

import pytest

from ingestion.domains import registrable_domain


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        ("https://Shop.Acme.co.uk:443/path?q=1#top", "acme.co.uk"),
        ("www.acme.com.", "acme.com"),
        ("Jo.Doe+news@Mail.ACME.com", "acme.com"),
        ("user:word@acme.com/x", "acme.com"),
        ("acme.example", "acme.example"),
    ],
)
def test_a_domain_is_found_in_urls_addresses_and_host_names(value: str, domain: str) -> None:
    assert registrable_domain(value) == domain


def test_punycode_and_umlauts_are_one_domain() -> None:
    assert registrable_domain("https://Bücher.de/") == registrable_domain("xn--bcher-kva.de")


def test_customers_of_one_hosting_service_stay_apart() -> None:
    assert registrable_domain("one.github.io") != registrable_domain("two.github.io")


@pytest.mark.parametrize(
    "value", [None, "", "  ", "n/a", "localhost", "co.uk", "10.0.0.1", "http://[::1]/", "a..b"]
)
def test_what_names_no_registered_domain_has_none(value: str | None) -> None:
    assert registrable_domain(value) is None
