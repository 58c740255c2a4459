"""Loads over real HTTP into a real warehouse."""

import os
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.sandbox.http_service import epoch_seconds
from ingestion.warehouse import VENDORS, load, prepare
from tests.ingestion.changing_company import AUGUST, JULY, local_midnight
from tests.ingestion.conftest import Serve
from tests.ingestion.warehouse_contents import contents, query, watermarks

each_vendor = pytest.mark.parametrize("vendor", VENDORS)


@each_vendor
def test_a_second_load_changes_nothing(vendor: str, loaded: Path, serve: Serve) -> None:
    first = contents(loaded, vendor)
    serve(JULY)
    load(vendor, JULY)
    assert contents(loaded, vendor) == first
    assert any(first.values())


@each_vendor
def test_an_incremental_load_ends_where_a_full_one_does(
    vendor: str, loaded: Path, loaded_in_august: Path, serve: Serve
) -> None:
    before = contents(loaded, vendor)
    serve(AUGUST)
    load(vendor, AUGUST)
    assert contents(loaded, vendor) == contents(loaded_in_august, vendor)
    assert contents(loaded, vendor) != before


@each_vendor
def test_an_as_of_that_moves_back_and_on_again_loses_nothing(
    vendor: str, warehouse: Path, loaded_in_august: Path, serve: Serve
) -> None:
    shutil.copy(loaded_in_august, warehouse)
    serve(AUGUST)
    load(vendor, JULY)
    assert max(end for _, end in watermarks(warehouse, vendor).values()) == JULY
    load(vendor, AUGUST)
    assert contents(warehouse, vendor) == contents(loaded_in_august, vendor)


def restored_and_moved(company: Any) -> None:
    """What had been deleted is there again, and what belonged to one account belongs to another."""
    stamp = {"SystemModstamp": AUGUST + timedelta(hours=1)}
    company.salesforce["Account"][1] |= stamp | {"IsDeleted": False}
    company.salesforce["Contact"][0] |= stamp | {"AccountId": "001000000000002AAA"}
    changed = {"updated_at": AUGUST + timedelta(hours=1)}
    company.zendesk["organizations"][0] |= changed | {"external_id": "c-2"}
    ticket = {"status": "open", "generated_timestamp": epoch_seconds(changed["updated_at"])}
    company.zendesk["tickets"][0] |= changed | ticket | {"organization_id": 9_000_000_000_002}
    other = {"id": "acc2", "code": "other"}
    company.recurly["subscriptions"][0] |= changed | {"account": other}
    company.recurly["accounts"][0] |= changed | {"code": "renamed"}


@pytest.mark.parametrize("vendor", ["salesforce", "zendesk", "recurly"])
def test_what_was_deleted_and_is_restored_or_changed_its_account_is_as_one_load_has_it(
    vendor: str, warehouse: Path, loaded_in_august: Path, serve: Serve
) -> None:
    shutil.copy(loaded_in_august, warehouse)
    before = contents(warehouse, vendor)
    next_day = AUGUST + timedelta(days=1)
    serve(next_day, edit=restored_and_moved)
    load(vendor, next_day)
    little_by_little = contents(warehouse, vendor)
    warehouse.unlink()
    load(vendor, next_day)
    assert little_by_little == contents(warehouse, vendor)
    changed = {table for table, rows in before.items() if rows != little_by_little[table]}
    assert (
        changed
        >= {
            "salesforce": {"accounts", "contacts"},
            "zendesk": {"organizations", "tickets"},
            "recurly": {"accounts", "subscriptions"},
        }[vendor]
    )


@pytest.mark.parametrize("vendor", ["salesforce", "zendesk", "recurly"])
def test_nothing_that_changed_after_as_of_is_loaded(
    vendor: str, warehouse: Path, serve: Serve
) -> None:
    serve(AUGUST)
    load(vendor, JULY)
    stamps = query(
        warehouse,
        "select table_name, column_name from information_schema.columns "
        f"where table_schema = 'raw_{vendor}' "
        "and column_name in ('system_modstamp', 'updated_at')",
    )
    assert stamps
    for table, column in stamps:
        late = f"from raw_{vendor}.{table} as t where t.{column} >= timestamp '{JULY}'"
        assert query(warehouse, late) == []


def test_no_event_day_that_had_not_ended_at_as_of_is_loaded(warehouse: Path, serve: Serve) -> None:
    serve(AUGUST)
    load("pendo", JULY)
    last = local_midnight(date(2026, 7, 13))
    assert query(warehouse, f"from raw_pendo.events where day > {last}") == []
    assert query(warehouse, "select count(*) from raw_pendo.events") != [(0,)]


@each_vendor
def test_a_vendor_without_a_key_has_empty_tables_and_no_watermarks(
    vendor: str, warehouse: Path
) -> None:
    assert load(vendor, JULY) is None
    tables = contents(warehouse, vendor)
    assert len(tables) >= len(VENDORS[vendor](JULY).resources)
    assert not any(tables.values())
    assert watermarks(warehouse, vendor) == {}


@each_vendor
def test_prepared_tables_are_those_that_a_load_fills(
    vendor: str, warehouse: Path, loaded_in_july: Path
) -> None:
    """Also where the first load brings no row, not even one for a child table."""
    columns = (
        "select table_name, column_name, data_type, is_nullable "
        f"from information_schema.columns where table_schema = 'raw_{vendor}' "
        "and not starts_with(table_name, '_dlt') order by all"
    )
    prepare(vendor)
    assert query(warehouse, columns) == query(loaded_in_july, columns)


def test_a_column_that_is_declared_later_is_added(loaded: Path) -> None:
    with duckdb.connect(str(loaded)) as connection:
        connection.execute("alter table raw_recurly.plans drop column interval_unit")
    prepare("recurly")
    assert query(loaded, "select id, interval_unit from raw_recurly.plans") == [("p1", None)]


def test_instants_are_utc_without_a_zone_and_days_are_dates(loaded_in_july: Path) -> None:
    rows = query(
        loaded_in_july,
        "select typeof(created_date), created_date, typeof(customer_since_c), "
        "typeof(number_of_employees), registrable_domain from raw_salesforce.accounts "
        "where name = 'Acme'",
    )
    noon = datetime(2026, 7, 1, 12)
    assert rows == [("TIMESTAMP", noon, "DATE", "BIGINT", "acme.co.uk")]


def test_no_text_of_a_ticket_and_no_payment_detail_is_stored(loaded_in_july: Path) -> None:
    stored = str([contents(loaded_in_july, vendor) for vendor in ("zendesk", "recurly")])
    assert "password" not in stored
    assert "4242" not in stored


def test_a_load_leaves_the_warehouse_free_for_another_process(
    warehouse: Path, serve: Serve
) -> None:
    serve(JULY)
    load("zendesk", JULY)
    open_files = [os.readlink(f"/proc/self/fd/{fd}") for fd in _descriptors()]
    assert str(warehouse) not in open_files


def _descriptors() -> list[str]:
    return [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]


def test_a_warehouse_that_was_deleted_is_loaded_anew(
    warehouse: Path, loaded_in_july: Path, serve: Serve
) -> None:
    """Deleting the file is enough: nothing elsewhere remembers what was loaded."""
    serve(JULY)
    load("zendesk", JULY)
    warehouse.unlink()
    load("zendesk", JULY)
    assert contents(warehouse, "zendesk") == contents(loaded_in_july, "zendesk")
