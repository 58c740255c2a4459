"""What the checks of the vendors' tables say."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.full_reload import Correction
from orchestration.checks import judge_fields, judge_reload
from orchestration.field_readers import readers_of
from orchestration.full_reloads import LastReload
from orchestration.warehouse_state import SchemaChange, lacking_columns, schema_changes, watermarks

MANIFEST = {
    "nodes": {
        "model.x.stg_salesforce__accounts": {
            "name": "stg_salesforce__accounts",
            "resource_type": "model",
            "raw_code": "select id, reference_since_c, realised_value_c from accounts",
            "depends_on": {"nodes": ["source.x.salesforce.accounts"]},
        },
        "model.x.stg_salesforce__contacts": {
            "name": "stg_salesforce__contacts",
            "resource_type": "model",
            "raw_code": "select reference_since_c from contacts",
            "depends_on": {"nodes": ["source.x.salesforce.contacts"]},
        },
    },
    "sources": {
        f"source.x.salesforce.{name}": {"source_name": "salesforce", "name": name}
        for name in ("accounts", "contacts")
    },
}


def readers(column: str) -> list[str]:
    return readers_of(MANIFEST, "salesforce", "accounts", column)


def test_a_missing_field_is_named_with_what_depends_on_it() -> None:
    passed, _, reason = judge_fields([], ["reference_since_c"], readers)
    assert not passed
    assert reason == (
        "reference_since_c is missing (read by stg_salesforce__accounts, Willing reference)"
    )


def test_a_field_that_nothing_reads_is_told_and_no_trouble() -> None:
    new = SchemaChange("accounts", "tier_c", "appeared", None, "string")
    passed, _, reason = judge_fields([new], ["fax_c"], readers)
    assert passed
    assert reason == "fax_c is missing; tier_c appeared (string)"


def test_a_retyped_field_says_what_it_was_and_is() -> None:
    retyped = SchemaChange("accounts", "realised_value_c", "retyped", "currency", "string")
    passed, _, reason = judge_fields([retyped], [], readers)
    assert not passed
    assert "realised_value_c was currency and is string now (read by stg_salesforce" in reason


def test_a_full_reload_that_broke_off_is_no_clean_bill() -> None:
    broken = LastReload(datetime(2026, 11, 15), Correction("accounts", None, None, None))
    passed, _, reason = judge_reload(broken)
    assert not passed
    assert "did not end well" in reason
    clean = LastReload(datetime(2026, 11, 15), Correction("accounts", 0, 0, 0))
    assert judge_reload(clean)[0]


def test_only_the_last_loads_changes_are_news(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw_zendesk")
        connection.execute(
            "create table raw_zendesk.load_watermarks as "
            "select * from (values ('tickets', timestamp '2026-11-15', timestamp '2026-11-15', "
            "timestamp '2026-11-15'), ('tickets.type', null, null, timestamp '2026-11-15')) "
            "as t(resource, complete_from, complete_through, loaded_at)"
        )
        connection.execute(
            "create table raw_zendesk.schema_changes as select 'tickets' as resource, column_name, "
            "'appeared' as change, null::varchar as type_before, 'text' as type_now, as_of "
            "from (values ('old', timestamp '2026-11-01'), ('new', timestamp '2026-11-15')) "
            "as t(column_name, as_of)"
        )
    assert [change.column for change in schema_changes(path, "zendesk")] == ["new"]
    assert lacking_columns(watermarks(path, "zendesk"), "tickets") == ["type"]


@pytest.mark.parametrize(("column", "found"), [("fax_c", []), ("reference_since", [])])
def test_a_part_of_a_columns_name_is_not_the_column(column: str, found: list[str]) -> None:
    assert readers(column) == found
