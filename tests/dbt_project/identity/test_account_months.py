"""Identity and money over two loads, from raw tables to int_account_months, through real dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.warehouse import VENDORS, prepare
from tests.dbt_project.dbt_command import DbtFolder, copy_of_the_project

pytestmark = pytest.mark.slow

SURVIVOR, MERGED = "001000000000001AAA", "001000000000002AAA"
MONTHS = """
    select score_month, size_segment, attribute_basis, mrr, seats, link_method
    from intermediate.int_account_months
    inner join intermediate.int_account_links using (account_id)
    order by score_month
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> DbtFolder:
    """A customer billed under the company id of an account that was merged into its own; built
    for September and October, then grown from 100 to 600 people on 5 November."""
    folder = copy_of_the_project(tmp_path_factory.mktemp("identity"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WAREHOUSE_PATH", str(folder.warehouse))
        for vendor in VENDORS:
            prepare(vendor)
    fill(folder)
    build(folder, start="2026-09-01", end="2026-10-01")
    folder.rows(
        "update raw_salesforce.accounts set number_of_employees = 600, "
        f"system_modstamp = '2026-11-05' where id = '{SURVIVOR}'"
    )
    build(folder, start="2026-10-01", end="2026-11-01")
    return folder


WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def build(folder: DbtFolder, start: str, end: str) -> None:
    selection = ("--select", "+int_account_months", *WITHOUT_TESTS)
    folder.build("build", *selection, start=start, end=end)


def fill(folder: DbtFolder) -> None:
    with duckdb.connect(str(folder.warehouse)) as warehouse:
        plan = {"id": "p1", "code": "seat-plan", "interval_unit": "months", "interval_length": 12}
        account = {"created_date": "2025-01-01", "system_modstamp": "2026-10-05"}
        period = {"start_date": "2026-09-10", "end_date": "2027-09-10"}
        line = {
            "type": "charge", "origin": "plan", "subscription_id": "s1", "invoice_id": "i1",
            "plan_code": "seat-plan", "currency": "USD",
        }  # fmt: skip
        insert(warehouse, "raw_salesforce.accounts", **account, id=SURVIVOR, is_deleted=False,
               name="Acme", company_id_c="C-1", number_of_employees=100)  # fmt: skip
        insert(warehouse, "raw_salesforce.accounts", **account, id=MERGED, is_deleted=True,
               name="Acme Ltd", company_id_c="C-2", master_record_id=SURVIVOR)  # fmt: skip
        insert(warehouse, "raw_recurly.accounts", id="r1", code=" C-2 ")
        insert(warehouse, "raw_recurly.plans", **plan)
        insert(warehouse, "raw_recurly.subscriptions", id="s1", account__id="r1",
               plan__code="seat-plan", quantity=12, unit_amount=10.0, currency="USD",
               activated_at="2026-09-10", updated_at="2026-10-20")  # fmt: skip
        insert(warehouse, "raw_recurly.invoices", id="i1", state="paid", type="charge")
        insert(warehouse, "raw_recurly.line_items", **line, id="l1", quantity=10,
               subtotal=1200.0, discount=120.0, **period)  # fmt: skip
        # Two seats more for the last eleven of twelve months.
        insert(warehouse, "raw_recurly.line_items", **line, id="l2", quantity=12,
               subtotal=1320.0, discount=0.0, proration_rate=11 / 12,
               **period | {"start_date": "2026-10-10"})  # fmt: skip
    (folder.project.parent / "seeds" / "plans.csv").write_text(
        "plan_code,add_on_code,is_seat_based\nseat-plan,,true\n"
    )


def insert(warehouse: duckdb.DuckDBPyConnection, table: str, **record: Any) -> None:
    """One raw record; columns that it does not name are NULL, dlt's own ones made up."""
    for name, _, may_be_null, *_ in warehouse.execute(f"describe {table}").fetchall():
        if name.startswith("_dlt") and may_be_null == "NO":
            record[name] = f"{table} {record['id']}"
    places = ", ".join("?" for _ in record)
    warehouse.execute(
        f"insert into {table} ({', '.join(record)}) values ({places})", list(record.values())
    )


def test_an_account_is_billed_under_the_company_id_of_the_one_merged_into_it(
    loaded: DbtFolder,
) -> None:
    assert {row[-1] for row in loaded.rows(MONTHS)} == {"shared_id"}


def test_a_change_is_seen_from_the_month_in_which_it_happened(loaded: DbtFolder) -> None:
    assert [(str(month), size, basis) for month, size, basis, *_ in loaded.rows(MONTHS)] == [
        ("2026-09-01", "small", "current"),
        ("2026-10-01", "small", "recorded"),
        ("2026-11-01", "medium", "recorded"),
    ]


def test_each_month_has_the_seats_and_the_net_price_that_were_billed_then(
    loaded: DbtFolder,
) -> None:
    money = [(mrr, seats) for *_, mrr, seats, _ in loaded.rows(MONTHS)]
    assert money == [(90, 10), (pytest.approx(120), 12), (pytest.approx(120), 12)]


def test_the_same_load_again_records_no_further_version(loaded: DbtFolder) -> None:
    versions = "select count(*) from intermediate.snp_salesforce__accounts"
    before = loaded.rows(versions), loaded.rows(MONTHS)
    build(loaded, start="2026-10-01", end="2026-11-01")
    assert (loaded.rows(versions), loaded.rows(MONTHS)) == before
    assert before[0] == [(3,)]


def test_a_currency_without_a_rate_stops_the_build_and_is_named(
    loaded: DbtFolder, tmp_path: Path
) -> None:
    kept = tmp_path / "warehouse.duckdb"
    kept.write_bytes(loaded.warehouse.read_bytes())
    other = DbtFolder(loaded.project, kept)
    other.rows("update raw_recurly.line_items set currency = 'SEK'")
    run = other.run(
        "build", "--select", "int_subscription_charges+,+int_account_months",
        *WITHOUT_TESTS, start="2026-10-01", end="2026-11-01",
    )  # fmt: skip
    assert run.exit_code != 0
    assert "SEK from 2026-10-01 to 2026-11-01" in run.output
    assert "seeds/exchange_rates.csv" in run.output
