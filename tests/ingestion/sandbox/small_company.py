"""A company made by hand, with one record of every kind that a protocol treats apart."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

AS_OF = datetime(2026, 11, 15)
EASTERN = ZoneInfo("America/New_York")
ACCOUNT_ID = "001000000000001AAA"


def midnight(year: int, month: int, day: int) -> int:
    """Return the start of an Eastern day in epoch ms."""
    return int(datetime(year, month, day, tzinfo=EASTERN).timestamp() * 1000)


def epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def salesforce_records() -> dict[str, list[dict[str, Any]]]:
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


def pendo_records() -> dict[str, Any]:
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


def zendesk_records() -> dict[str, list[dict[str, Any]]]:
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


def recurly_records() -> dict[str, list[dict[str, Any]]]:
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
            "transactions": [
                {
                    "id": f"trans000000{n}",
                    "success": is_paid,
                    "created_at": start,
                    "updated_at": start,
                }
                for n, is_paid in ((1, False), (2, True))
            ],
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
        "plans": [{"id": "plan1", "code": "team", "created_at": start, "updated_at": start}],
        "add_ons": [],
    }


@dataclass
class SmallCompany:
    """The parts of a simulated company that the services read."""

    salesforce: dict[str, list[dict[str, Any]]] = field(default_factory=salesforce_records)
    pendo: dict[str, Any] = field(default_factory=pendo_records)
    zendesk: dict[str, list[dict[str, Any]]] = field(default_factory=zendesk_records)
    recurly: dict[str, list[dict[str, Any]]] = field(default_factory=recurly_records)
    time_zone: str = "America/New_York"
