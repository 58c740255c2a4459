"""The four services over real HTTP, serving a small company made by hand."""

import threading
from collections.abc import Iterator

import pytest
import requests

from ingestion.sandbox.credentials import dlt_environment
from ingestion.sandbox.services import open_ports, port_numbers, sandbox_server
from tests.ingestion.sandbox.small_company import AS_OF, SmallCompany


@pytest.fixture(scope="session")
def services() -> Iterator[dict[str, str]]:
    """Run all four services in a thread; yields the dlt settings that point at them."""
    company = SmallCompany()
    sockets = open_ports()
    for bound in sockets.values():
        bound.listen()
    server = sandbox_server(company, AS_OF, sockets)
    arguments = (list(sockets.values()),)
    thread = threading.Thread(target=server.run, args=arguments, daemon=True)
    thread.start()
    yield dlt_environment(port_numbers(sockets))
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture
def salesforce(services: dict[str, str]) -> requests.Session:
    """Return a logged-in session; `session.base` is the data base of v62.0."""
    origin = services["SOURCES__SALESFORCE__LOGIN_URL"]
    form = {
        "grant_type": "client_credentials",
        "client_id": services["SOURCES__SALESFORCE__CLIENT_ID"],
        "client_secret": services["SOURCES__SALESFORCE__CLIENT_SECRET"],
    }
    token = requests.post(f"{origin}/services/oauth2/token", data=form, timeout=10).json()
    session = requests.Session()
    session.headers["Authorization"] = f"{token['token_type']} {token['access_token']}"
    session.base = f"{token['instance_url']}/services/data/v62.0"
    return session


@pytest.fixture
def pendo(services: dict[str, str]) -> requests.Session:
    session = requests.Session()
    key = services["SOURCES__PENDO__INTEGRATION_KEY"]
    session.headers["x-pendo-integration-key"] = key
    session.base = services["SOURCES__PENDO__BASE_URL"]
    return session


@pytest.fixture
def zendesk(services: dict[str, str]) -> requests.Session:
    session = requests.Session()
    user = f"{services['SOURCES__ZENDESK__EMAIL']}/token"
    session.auth = (user, services["SOURCES__ZENDESK__API_TOKEN"])
    session.base = services["SOURCES__ZENDESK__BASE_URL"]
    return session


@pytest.fixture
def recurly(services: dict[str, str]) -> requests.Session:
    session = requests.Session()
    session.auth = (services["SOURCES__RECURLY__API_KEY"], "")
    session.headers["Accept"] = "application/vnd.recurly.v2021-02-25"
    session.base = services["SOURCES__RECURLY__BASE_URL"]
    return session
