"""What the loads are measured with: product events as files, and services that hold the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from ingestion.sandbox.credentials import dlt_environment
from ingestion.sandbox.salesforce_schema import DECLARED
from ingestion.sandbox.services import open_ports, port_numbers, sandbox_server

AS_OF = datetime(2026, 11, 15)
TIME_ZONE = "America/New_York"
# Two years of days; people, accounts and browsers as hashes of the row's number.
EVENTS = """
    copy (
        select
            epoch_ms(timezone('{zone}', cast(day as timestamp))) as day,
            'co-' || (hash(number) % 2000) as accountId,
            'person-' || (hash(number) % 60000) as visitorId,
            cast(-323232 as bigint) as appId,
            cast(1 + hash(number + 1) % 40 as bigint) as numEvents,
            cast(hash(number + 2) % 60 as bigint) as numMinutes,
            'app.example.com' as server,
            '192.0.2.1' as remoteIp,
            'browser ' || (hash(number + 3) % 5) as userAgent
        from (
            select number, date '2026-11-13' - cast(number % 720 as integer) as day
            from range({rows}) as numbers(number)
        )
        where strftime(day, '%Y-%m') = '{month}'
    ) to '{file}' (format parquet)
"""


def write_events(folder: Path, rows: int) -> None:
    """So many rows of daily counts over two years, one folder a month."""
    with duckdb.connect() as connection:
        months = connection.execute(
            "select distinct strftime(date '2026-11-13' - cast(n as integer), '%Y-%m') "
            "from range(720) as days(n)"
        ).fetchall()
        for (month,) in months:
            (folder / month).mkdir(parents=True)
            file = folder / month / "part-0.parquet"
            connection.execute(EVENTS.format(zone=TIME_ZONE, rows=rows, month=month, file=file))


def tasks(count: int) -> list[dict[str, Any]]:
    stamp = datetime(2026, 11, 1, 12)
    return [
        {
            "Id": f"00T{number:012d}AAA",
            "IsDeleted": False,
            "AccountId": f"001{number % 2000:012d}AAA",
            "WhoId": f"003{number % 20000:012d}AAA",
            "WhatId": None,
            "OwnerId": f"005{number % 50:012d}AAA",
            "Status": "Completed",
            "TaskSubtype": "Call",
            "Type": "Call",
            "CallType": "Outbound",
            "CallDisposition": "Connected",
            "CallDurationInSeconds": number % 1800,
            "IsClosed": True,
            "ActivityDate": stamp.date(),
            "CompletedDateTime": stamp,
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
        }
        for number in range(count)
    ]


@contextmanager
def serving(records: int, events: Path | None = None) -> Iterator[dict[str, str]]:
    """The settings of services that have so many tasks, and the files' events."""
    table = None
    if events:
        with duckdb.connect() as connection:
            table = connection.execute(
                f"select * from read_parquet('{events}/*/*.parquet') order by day"
            ).to_arrow_table()
    company = SimpleNamespace(
        salesforce={name: [] for name in DECLARED} | {"Task": tasks(records)},
        pendo={name: [] for name in ("accounts", "visitors", "features", "trackTypes", "guides")}
        | {"pollEvents": [], "events": table, "featureEvents": table, "trackEvents": table},
        zendesk={},
        recurly={},
        time_zone=TIME_ZONE,
    )
    sockets = open_ports()
    for bound in sockets.values():
        bound.listen()
    server = sandbox_server(company, AS_OF, sockets)
    thread = threading.Thread(target=server.run, args=(list(sockets.values()),))
    thread.start()
    try:
        yield dlt_environment(port_numbers(sockets))
    finally:
        server.should_exit = True
        thread.join()
