"""Records that change, and so move in their list, between two pages of it.

Not Salesforce's: its further pages are those of a snapshot, and a lost one is read anew (faults).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from ingestion.sandbox.http_service import epoch_seconds
from ingestion.sandbox.services import APPS
from ingestion.warehouse import load
from tests.ingestion.changing_company import AUGUST, BEFORE, changing_company
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import contents, query

# More than two pages of any vendor's.
RECORDS = 2200
# One that the first page has brought, and one that is still to come.
MOVED = (3, 2100)
NEXT_LOAD = AUGUST + timedelta(hours=1)

Record = dict[str, Any]


def ticket(number: int, changed: datetime) -> Record:
    return {
        "id": number,
        "status": "open" if number not in MOVED else str(changed.day),
        "tags": [],
        "via": {"channel": "email"},
        "metric_set": {"reopens": 0, "solved_at": None},
        "generated_timestamp": epoch_seconds(changed),
        "created_at": BEFORE,
        "updated_at": changed,
    }


def subscription(number: int, changed: datetime) -> Record:
    return {
        "id": f"sub{number}",
        "account": {"id": "acc1", "code": "acme"},
        "plan": {"id": "p1", "code": "pro"},
        "unit_amount": 12.5,
        "quantity": changed.month,
        "state": "active",
        "add_ons": [],
        "created_at": BEFORE,
        "updated_at": changed,
    }


# vendor -> its list and table, the part of its address, how a record is made
LISTS: dict[str, tuple[str, str, Callable[[int, datetime], Record]]] = {
    "zendesk": ("tickets", "incremental/tickets/cursor", ticket),
    "recurly": ("subscriptions", "/subscriptions", subscription),
}


def company_with_many(vendor: str, moved_at: datetime | None) -> Any:
    """The company with a long list, some records of which have changed lately."""
    name, _, make = LISTS[vendor]
    company = changing_company(AUGUST)
    getattr(company, vendor)[name] = [
        make(number, moved_at if moved_at and number in MOVED else BEFORE + timedelta(0, number))
        for number in range(1, RECORDS + 1)
    ]
    return company


def changing_after_a_page(vendor: str, company: Any, later: datetime) -> Callable[..., ASGIApp]:
    """The vendor's service, which from the second page of the list on shows another company."""
    build, path = APPS[vendor], LISTS[vendor][1]

    def app_of(first: Any, as_of: datetime) -> ASGIApp:
        apps = (build(first, as_of), build(company, later))
        asked = 0

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal asked
            is_further_page = asked > 0
            asked += scope["type"] == "http" and path in scope["path"]
            await apps[is_further_page](scope, receive, send)

        return app

    return app_of


@pytest.mark.parametrize("vendor", LISTS)
def test_what_moves_in_a_list_while_it_is_read_hides_nothing_and_comes_with_the_next_load(
    vendor: str, warehouse: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = LISTS[vendor][0]
    before = company_with_many(vendor, None)
    after = company_with_many(vendor, AUGUST + timedelta(0, 1))
    with monkeypatch.context() as patch:
        patch.setitem(APPS, vendor, changing_after_a_page(vendor, after, NEXT_LOAD))
        serve(AUGUST, company=before)
        load(vendor, AUGUST)
    (found,) = query(warehouse, f"select count(distinct id) from raw_{vendor}.{table}")
    assert found[0] >= RECORDS - len(MOVED)
    serve(NEXT_LOAD, company=after)
    load(vendor, NEXT_LOAD)
    little_by_little = contents(warehouse, vendor)
    warehouse.unlink()
    load(vendor, NEXT_LOAD)
    assert little_by_little == contents(warehouse, vendor)
    assert len(little_by_little[table]) == RECORDS
