"""A vendor read again from the beginning, and what that corrects.

A load reads what changed since the last one. What a vendor changes without saying so it never
sees: records gone from the recycle bin, a formula field, a correction that keeps its time stamp.
`raw_<vendor>.full_reloads` keeps the numbers of each table's last full reload.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingestion.still_there import still_there
from ingestion.tables import WHEN_GONE
from ingestion.vendor_errors import VendorLoadError
from ingestion.warehouse import ANY_TIME, VENDORS, load, prepare
from ingestion.warehouse_file import connection, raw_schema
from ingestion.watermarks import naive_utc, resources_of_last_load

if TYPE_CHECKING:
    import pyarrow as pa

# More of a table than this does not vanish by purging: it is hidden from the user that reads.
MOST_GONE = 0.2
FEW_GONE = 10
FULL_RELOADS = "full_reloads"


@dataclass(frozen=True)
class Correction:
    """How many records of a raw table a full reload put right; of daily counts, how many days.

    None, all three, in what is written down of a reload that has not ended well.
    """

    table: str
    added: int | None
    changed: int | None
    gone: int | None

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.gone))

    def __str__(self) -> str:
        return f"{self.table}: {self.added} added, {self.changed} changed, {self.gone} gone"


@dataclass(frozen=True, eq=False)
class _Table:
    """A raw table that loads add to; those that every load replaces need no reload."""

    schema: str
    name: str
    # What tells its records apart; of daily counts, the day.
    key: Sequence[str]
    columns: Sequence[str]
    # Child table -> its columns.
    children: Mapping[str, Sequence[str]]
    when_gone: Mapping[str, str] | None

    @property
    def holds_days(self) -> bool:
        return "_dlt_load_id" not in self.columns


def full_reload(vendor: str, as_of: datetime) -> list[Correction]:
    """Read everything that the vendor lists up to as_of again; what that corrected, by table.

    After a load up to the same as_of these are what loads had missed. Records that the vendor no
    longer has are marked or removed, as their table says.

    Raises:
        VendorLoadError: the vendor cannot be loaded, or lists far less than it did; then what it
            lists is loaded and nothing is marked or removed.
    """
    prepare(vendor)
    tables = _tables(vendor)
    before = _fingerprints(tables)
    _write_down(vendor, [Correction(table.name, None, None, None) for table in tables], as_of)
    info = load(vendor, as_of, is_full=True)
    if info is None:
        return []
    read = resources_of_last_load(vendor)
    listed = [table for table in tables if table.name in read and not table.holds_days]
    gone = {table: _not_brought(table, info.loads_ids[-1], naive_utc(as_of)) for table in listed}
    for table, ids in gone.items():
        _refuse_many_gone(vendor, table, len(ids))
    for table, ids in gone.items():
        known = still_there(vendor, table.name, ids) if ids else set()
        _settle_gone(table, sorted(set(ids) - known), naive_utc(as_of))
    after = _fingerprints(tables)
    found = [_compare(table, before[table.name], after[table.name]) for table in tables]
    _write_down(vendor, found, as_of)
    return [correction for correction in found if correction]


def _tables(vendor: str) -> list[_Table]:
    declared = VENDORS[vendor](ANY_TIME).discover_schema().tables
    children: dict[str, dict[str, list[str]]] = {}
    for name, table in declared.items():
        if parent := table.get("parent"):
            children.setdefault(parent, {})[name] = list(table["columns"])
    found = []
    for name, table in declared.items():
        columns = table["columns"]
        key = [c for c in columns if columns[c].get("primary_key") or columns[c].get("merge_key")]
        if key:
            when_gone = table.get(WHEN_GONE)
            own = children.get(name, {})
            found.append(_Table(raw_schema(vendor), name, key, list(columns), own, when_gone))
    return found


def _fingerprints(tables: Sequence[_Table]) -> "dict[str, pa.Table]":
    """Per table one row per record: a hash of its key, and one of all that it says."""
    with connection() as warehouse:
        return {
            table.name: warehouse.execute(_fingerprint_query(table)).to_arrow_table()
            for table in tables
        }


def _fingerprint_query(table: _Table) -> str:
    parts = [f"select hash({', '.join(table.key)}) as record, {_hash(table.columns)} as said"]
    parts = [f"{parts[0]} from {table.schema}.{table.name}"]
    for child, columns in table.children.items():
        key = ", ".join(f"parent.{column}" for column in table.key)
        parts.append(
            f"select hash({key}), {_hash(columns, 'child.')} from {table.schema}.{child} as child "
            f"join {table.schema}.{table.name} as parent on parent._dlt_id = child._dlt_parent_id"
        )
    # A sum does not depend on the order of a record's rows.
    return f"select record, sum(said) as said from ({' union all '.join(parts)}) group by record"


def _hash(columns: Sequence[str], prefix: str = "") -> str:
    said = [prefix + column for column in columns if not column.startswith("_dlt")]
    return f"hash({', '.join(said)})"


def _compare(table: _Table, before: "pa.Table", after: "pa.Table") -> Correction:
    import duckdb

    with duckdb.connect() as memory:
        memory.register("before", before)
        memory.register("after", after)
        counts = memory.execute(
            "select count(*) filter (before.record is null), "
            "count(*) filter (before.said <> after.said), "
            "count(*) filter (after.record is null) "
            "from before full join after on before.record = after.record"
        ).fetchone()
    return Correction(table.name, *counts)


def _write_down(vendor: str, found: Sequence[Correction], as_of: datetime) -> None:
    with connection() as warehouse:
        warehouse.execute(
            f"create or replace table {raw_schema(vendor)}.{FULL_RELOADS} (resource varchar, "
            "as_of timestamp, added bigint, changed bigint, gone bigint)"
        )
        warehouse.executemany(
            f"insert into {raw_schema(vendor)}.{FULL_RELOADS} values (?, ?, ?, ?, ?)",
            [(c.table, naive_utc(as_of), c.added, c.changed, c.gone) for c in found],
        )


def _not_brought(table: _Table, load_id: str, as_of: datetime) -> list[str]:
    """The ids that a full load did not bring, and that are not marked yet."""
    if table.when_gone == {}:
        return []
    condition, parameters = f"_dlt_load_id <> '{load_id}'", {}
    if table.when_gone:
        column, value = next(iter(table.when_gone.items()))
        condition += f" and {column} is distinct from {value}"
        parameters = {"as_of": as_of} if "$as_of" in value else {}
    query = f"select {table.key[0]} from {table.schema}.{table.name} where {condition}"
    with connection() as warehouse:
        return [identity for (identity,) in warehouse.execute(query, parameters).fetchall()]


def _settle_gone(table: _Table, ids: Sequence[str], as_of: datetime) -> None:
    """Mark or remove these records."""
    if not ids:
        return
    place = f"{table.schema}.{table.name}"
    is_gone, gone = f"{table.key[0]} in (select unnest($ids))", {"ids": list(ids)}
    with connection() as warehouse:
        warehouse.execute("begin")
        if table.when_gone:
            changes = ", ".join(f"{name} = {value}" for name, value in table.when_gone.items())
            marked = gone | ({"as_of": as_of} if "$as_of" in changes else {})
            warehouse.execute(f"update {place} set {changes} where {is_gone}", marked)
        else:
            for child in table.children:
                warehouse.execute(
                    f"delete from {table.schema}.{child} where _dlt_parent_id in "
                    f"(select _dlt_id from {place} where {is_gone})",
                    gone,
                )
            warehouse.execute(f"delete from {place} where {is_gone}", gone)
        warehouse.execute("commit")


def _refuse_many_gone(vendor: str, table: _Table, gone: int) -> None:
    with connection() as warehouse:
        query = f"select count(*) from {table.schema}.{table.name}"
        (total,) = warehouse.execute(query).fetchone()
    if gone > max(FEW_GONE, MOST_GONE * total):
        raise VendorLoadError(
            vendor,
            table.name,
            cause=f"{gone} of {total} records are no longer listed, which looks like a lost "
            "permission and not like deletions; they were left as they are",
            remedy="check what the key may read. Where so many were really deleted, mark them as "
            f"deleted in {table.schema}.{table.name} by hand",
        )
