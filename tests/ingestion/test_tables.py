"""The declarations of raw tables."""

from datetime import datetime
from pathlib import Path

import pytest

from ingestion.tables import Table, fields, row_maker
from ingestion.warehouse import VENDORS


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_table_is_replaced_or_merged_on_a_key(vendor: str) -> None:
    """A merge without a key appends without a word."""
    for name, resource in VENDORS[vendor](datetime(2026, 1, 1)).resources.items():
        table = resource.compute_table_schema()
        keys = [
            column
            for column, hints in table["columns"].items()
            if hints.get("primary_key") or hints.get("merge_key")
        ]
        assert table["write_disposition"] in ("merge", "replace"), name
        assert keys or table["write_disposition"] == "replace", name


def test_a_source_is_built_without_keys_warehouse_or_network(warehouse: Path) -> None:
    """A code location imports it where none of them may be there."""
    for source in VENDORS.values():
        assert source(datetime(2026, 1, 1)).resources
    assert not warehouse.exists()


def test_only_declared_fields_reach_a_row() -> None:
    table = Table(
        "tickets",
        fields(text="id via.channel"),
        lists={"tags": fields(text="value"), "add_ons": fields(text="add_on.code")},
    )
    record = {
        "id": 1,
        "subject": "private",
        "via": {"channel": "email", "source": {"from": "jo@acme.com"}},
        "tags": ["a"],
        "add_ons": [{"add_on": {"code": "sso", "name": "private"}}],
    }
    assert row_maker(table)(record) == {
        "id": 1,
        "via__channel": "email",
        "tags": [{"value": "a"}],
        "add_ons": [{"add_on__code": "sso"}],
    }


def test_a_missing_field_is_null_and_a_missing_list_empty() -> None:
    table = Table("t", fields(text="id via.channel"), lists={"tags": fields(text="value")})
    assert row_maker(table)({"via": None}) == {"id": None, "via__channel": None, "tags": []}
