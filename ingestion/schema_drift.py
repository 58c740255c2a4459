"""Which fields a vendor's records have, and what changed about that since the last load.

A field that appears, vanishes or changes its type is noted in `raw_<vendor>.schema_changes`, one
row per change; what depends on it is for whoever knows the models to say.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ingestion.tables import Table, column_name, custom_values
from ingestion.warehouse_file import connection, raw_schema

if TYPE_CHECKING:
    import duckdb

SCHEMA_CHANGES = "schema_changes"
# Keys under which a resource leaves them in dlt's state of the load.
FIELDS = "fields"
CHANGES = "field_changes"
LACKING = "lacking_columns"


class FieldChange(NamedTuple):
    """One change of one field: `appeared`, `vanished` or `retyped`; types in the vendor's words."""

    column: str
    change: str
    type_before: str | None
    type_now: str | None


def note_fields(fields: Mapping[str, str]) -> list[FieldChange]:
    """Note, from inside a running resource, the columns that the vendor has fields for, with their
    types; what changed since the last load. On the first load nothing has."""
    import dlt

    state = dlt.current.resource_state()
    changes = field_changes(state.get(FIELDS), fields)
    state[FIELDS] = dict(fields)
    state[CHANGES] = [list(change) for change in changes]
    return changes


def forget_changes() -> None:
    """Forget, from inside a running resource, what an earlier load noted: that is written down
    already, and a load without a record notes nothing of its own."""
    import dlt

    dlt.current.resource_state().pop(CHANGES, None)


def note_lacking_columns(columns: list[str]) -> None:
    """Note, from inside a running resource, for which declared columns the vendor has no field."""
    import dlt

    dlt.current.resource_state()[LACKING] = columns


def field_changes(before: Mapping[str, str] | None, now: Mapping[str, str]) -> list[FieldChange]:
    if before is None:
        return []
    changes = []
    for column in sorted({*before, *now}):
        was, has = before.get(column), now.get(column)
        if was != has:
            change = "appeared" if was is None else "vanished" if has is None else "retyped"
            changes.append(FieldChange(column, change, was, has))
    return changes


class FieldsSeen:
    """Which of a table's fields the records of one load have, where the vendor does not say.

    A vendor lists its own fields in every record, empty or not; of custom fields only that they
    appeared can be told, since a record may leave out those that it does not fill.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._custom_of = custom_values(table)
        self._names: set[str] = set()
        self._custom: set[str] = set()

    def look_at(self, records: Iterable[Mapping[str, Any]]) -> None:
        for record in records:
            self._names.update(record)
            self._custom.update(self._custom_of(record))

    def note(self) -> None:
        """Note them, from inside the running resource; without a record nothing is known."""
        import dlt

        if not self._names:
            return
        kinds = {
            column_name(path): kind
            for path, kind in self._table.fields.items()
            if path.partition(".")[0] in self._names
        }
        declared = {column_name(path) for path in self._table.fields}
        before = dlt.current.resource_state().get(FIELDS, {})
        custom = self._custom | (before.keys() - declared)
        note_fields(kinds | dict.fromkeys(custom, "text"))
        note_lacking_columns(sorted(declared - kinds.keys()))


def create_schema_changes(vendor: str) -> None:
    """Create the vendor's empty table of changes, if it is not there yet."""
    with connection() as warehouse:
        warehouse.execute(
            f"create table if not exists {_table(vendor)} (resource varchar, column_name varchar, "
            "change varchar, type_before varchar, type_now varchar, as_of timestamp)"
        )


def write_schema_changes(
    warehouse: "duckdb.DuckDBPyConnection",
    vendor: str,
    as_of: datetime,
    resource_states: Mapping[str, Any],
    resources: Iterable[str],
) -> None:
    """Add what the last load of these resources noted."""
    rows = [
        (name, *change, as_of)
        for name in resources
        for change in resource_states[name].get(CHANGES, [])
    ]
    if rows:
        warehouse.executemany(f"insert into {_table(vendor)} values (?, ?, ?, ?, ?, ?)", rows)


def _table(vendor: str) -> str:
    return f"{raw_schema(vendor)}.{SCHEMA_CHANGES}"
