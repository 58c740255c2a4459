"""The four services over real HTTP, serving a small company made by hand."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
import requests

from ingestion.sandbox.credentials import dlt_environment
from ingestion.sandbox.services import open_ports, port_numbers, sandbox_server

AS_OF = datetime(2026, 11, 15)
EASTERN = ZoneInfo("America/New_York")
ACCOUNT_ID = "001000000000001AAA"


@dataclass
class SmallCompany:
    """The parts of a simulated company that the services read."""

    salesforce: dict[str, list[dict[str, Any]]]
    pendo: dict[str, Any]
    zendesk: dict[str, list[dict[str, Any]]]
    recurly: dict[str, list[dict[str, Any]]]
    time_zone: str = "America/New_York"


def midnight(year: int, month: int, day: int) -> int:
    """Return the start of an Eastern day in epoch ms."""
    return int(datetime(year, month, day, tzinfo=EASTERN).timestamp() * 1000)


def epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _salesforce() -> dict[str, list[dict[str, Any]]]:
    stamp = datetime(2026, 1, 31, 12, 34, 56)
    accounts = [
        {
            "Id": f"0010000000000{n:02d}AAA",
            "IsDeleted": n == 4,
            "MasterRecordId": "001000000000001AAA" if n == 4 else None,
            "Name": name,
            "Type": "Customer",
            "ParentId": "001000000000001AAA" if n == 2 else None,
            "NumberOfEmployees": employees,
            "Is_High_Growth__c": n == 1,
            "Customer_Since__c": date(2025, 1, n),
            "OwnerId": "005000000000001AAA",
            "CreatedDate": stamp,
            "SystemModstamp": stamp + timedelta(days=n),
        }
        for n, (name, employees) in enumerate(
            [("Acme", 50), ("acme labs", None), ("O'Brien & Co", 900), ("Merged", 7)], 1
        )
    ]
    tasks = [
        {
            "Id": f"00T{n:012d}AAA",
            "IsDeleted": n % 100 == 0,
            "AccountId": "001000000000001AAA",
            "ActivityDate": date(2026, 1, 1 + n % 28),
            "CreatedDate": stamp,
            "SystemModstamp": stamp + timedelta(minutes=n),
        }
        for n in range(1, 4502)
    ]
    users = [
        {
            "Id": "005000000000001AAA",
            "Name": "Dana",
            "IsActive": True,
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
        }
    ]
    return {"Account": accounts, "Task": tasks, "User": users, "EmailMessage": []}


def _pendo() -> dict[str, Any]:
    days = [midnight(2026, 10, 31), midnight(2026, 11, 1), midnight(2026, 11, 2)]
    rows = [
        (days[0], "u1", "acme", "f1", 3, 2, "Firefox"),
        (days[1], "u1", "acme", "f1", 5, 4, "Firefox"),
        (days[1], "u1", "acme", "f1", 2, 1, "Safari"),
        (days[1], "u2", "acme", "f2", 7, 3, "Firefox"),
        (days[1], "_PENDO_T_x", None, "f1", 1, 1, "Firefox"),
        (days[2], "u2", "acme", "f1", 9, 6, "Firefox"),
    ]
    columns = zip(*rows, strict=True)
    names = (
        "day", "visitorId", "accountId", "featureId", "numEvents", "numMinutes",
        "userAgent",
    )  # fmt: skip
    features = pa.table(dict(zip(names, map(list, columns), strict=True)))
    size = len(features)
    features = features.append_column("appId", pa.array([-323232] * size, pa.int64()))
    features = features.append_column("server", pa.array(["app"] * size))
    features = features.append_column("remoteIp", pa.array(["192.0.2.1"] * size))
    return {
        "accounts": [
            {
                "accountId": f"acc{n}",
                "metadata": {
                    "auto": {"lastupdated": n * 1000, "firstvisit": 5},
                    "agent": {"name": f"Account {n}", "environment": None},
                },
            }
            for n in range(1, 6)
        ],
        "visitors": [
            {"visitorId": v, "metadata": {"auto": {"accountids": ["acme"]}}}
            for v in ("u1", "u2", "_PENDO_T_x")
        ],
        "features": [
            {"id": "f1", "name": "Export", "appId": -323232},
            {"id": "f2", "name": "Import", "appId": 77},
        ],
        "trackTypes": [],
        "guides": [{"id": "g1", "name": "NPS", "polls": [{"id": "p1"}, {"id": "p2"}]}],
        "pollEvents": [
            {
                "visitorId": "u1",
                "accountId": "acme",
                "guideId": "g1",
                "pollId": "p1",
                "browserTime": days[1] + 60_000 * n,
                "pollResponse": n,
                "appId": -323232,
            }
            for n in (7, 9)
        ],
        "featureEvents": features,
        "events": features.drop_columns(["featureId"]),
        "trackEvents": features.rename_columns(
            ["trackTypeId" if n == "featureId" else n for n in features.column_names]
        ).slice(0, 0),
    }


def _zendesk() -> dict[str, list[dict[str, Any]]]:
    start = datetime(2026, 1, 1)
    statuses = ("open", "solved", "closed", "deleted")
    tickets = [
        {
            "id": n,
            "subject": f"Ticket {n}",
            "status": statuses[n % 4],
            "requester_id": 900,
            "organization_id": 1 + n % 3,
            "tags": ["billing"],
            "created_at": start,
            "updated_at": start + timedelta(minutes=n),
            "generated_timestamp": epoch(start + timedelta(hours=1, minutes=n)),
            "metric_set": {"id": n, "ticket_id": n, "reopens": 0, "solved_at": None},
        }
        for n in range(1, 2302)
    ]
    organizations = [
        {
            "id": n,
            "name": f"Org {n}",
            "external_id": f"ACME-{n}",
            "domain_names": [],
            "created_at": start,
            # Everything from the eleventh on changed in the same second, by an import.
            "updated_at": start + timedelta(hours=min(n, 11)),
            "deleted_at": start if n == 2 else None,
        }
        for n in range(1, 251)
    ]
    ratings = [
        {
            "id": n,
            "ticket_id": n,
            "score": "good" if n % 2 else "bad",
            "created_at": start,
            "updated_at": start + timedelta(days=n),
        }
        for n in range(1, 11)
    ]
    return {
        "tickets": tickets,
        "organizations": organizations,
        "satisfaction_ratings": ratings,
    }


def _recurly() -> dict[str, list[dict[str, Any]]]:
    start = datetime(2026, 1, 1)
    accounts = [
        {
            "id": f"acct{n:08d}",
            "code": f"acme-{n}",
            "state": "inactive" if n % 10 == 0 else "active",
            "email": "pay@acme.example",
            "company": "Acme",
            "created_at": start + timedelta(hours=n),
            "updated_at": start + timedelta(days=n % 50),
            "deleted_at": start + timedelta(days=n % 50) if n % 10 == 0 else None,
        }
        for n in range(1, 451)
    ]
    subscriptions = [
        {
            "id": f"sub{n:09d}",
            "uuid": f"u{n}",
            "account": {"id": "acct00000001", "code": "acme-1"},
            "state": state,
            "created_at": start,
            "updated_at": start,
        }
        for n, state in enumerate(("active", "canceled", "expired"), 1)
    ]
    invoices = [
        {
            "id": "inv000000001",
            "number": "1001",
            "type": "charge",
            "state": "past_due",
            "account": {"id": "acct00000001", "code": "acme-1"},
            "subscription_ids": ["sub000000001"],
            "currency": "USD",
            "balance": 120.5,
            "due_at": datetime(2026, 11, 1),
            "created_at": start,
            "updated_at": start,
        }
    ]
    line_items = [
        {
            "id": "line00000001",
            "invoice_id": "inv000000001",
            "account": {"id": "acct00000001"},
            "subscription_id": "sub000000001",
            "type": "charge",
            "state": "invoiced",
            "created_at": start,
            "updated_at": start,
        }
    ]
    return {
        "accounts": accounts,
        "subscriptions": subscriptions,
        "invoices": invoices,
        "line_items": line_items,
        "plans": [
            {"id": "plan1", "code": "team", "created_at": start, "updated_at": start}
        ],
        "add_ons": [],
    }


@pytest.fixture(scope="session")
def services() -> Iterator[dict[str, str]]:
    """Run all four services in a thread; yields the dlt settings that point at them."""
    company = SmallCompany(_salesforce(), _pendo(), _zendesk(), _recurly())
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
    token = requests.post(
        f"{origin}/services/oauth2/token", data=form, timeout=10
    ).json()
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
