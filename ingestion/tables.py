"""How a raw table is declared, once, and what dlt is told about it.

Only declared and custom fields are loaded: the vendors' records are full of people's names, texts
and payment details that no model reads. A field added here appears in an existing table by
itself; a declared field whose type changes at the vendor stops that vendor's load, before
anything is written. A custom field that nobody declared is text, so that it stops nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ingestion.domains import registrable_domain

# Path in the vendor's record (dots lead into nested objects) -> dlt data type.
Fields = dict[str, str]
SCHEMA_CONTRACT = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
DOMAIN_COLUMN = "registrable_domain"
# dlt's column for the load that brought a row.
LOAD_ID = "_dlt_load_id"
# The item of a list that holds plain values, as dlt names it.
VALUE = "value"
# Under this name a table's schema says what `when_gone` says.
WHEN_GONE = "x-when-gone"


@dataclass(frozen=True)
class Table:
    """One raw table, which is one dlt resource.

    Attributes:
        key: columns that identify a record; a new version replaces the old one. Empty for a
            table that every load replaces whole.
        newest: column that tells which of two versions in one load is the later.
        domain_of: path whose registrable domain is added as `registrable_domain`.
        lists: nested lists that become child tables `<table>__<list>`.
        when_gone: what a full reload makes of a record that the vendor no longer lists: columns
            and their new values (SQL that may use `$as_of`), the first of which tells whether that
            was done before; None: it is removed; empty: it is kept, as an entry of a log that has
            aged out at the vendor.
        custom_in: path under which a customer of the vendor adds fields of its own ("": beside all
            others); those that are not declared become columns of text.
    """

    name: str
    fields: Fields
    key: tuple[str, ...] = ("id",)
    newest: str | None = None
    domain_of: str | None = None
    lists: Mapping[str, Fields] = field(default_factory=dict)
    when_gone: Mapping[str, str] | None = None
    custom_in: str | None = None


def fields(
    text: str = "",
    flag: str = "",
    integer: str = "",
    number: str = "",
    day: str = "",
    instant: str = "",
) -> Fields:
    """Paths by kind, each a list separated by blanks: a day has no time, an instant is UTC."""
    kinds = {
        "text": text,
        "bool": flag,
        "bigint": integer,
        "double": number,
        "date": day,
        "timestamp": instant,
    }
    return {path: kind for kind, paths in kinds.items() for path in paths.split()}


@cache
def column_name(path: str) -> str:
    """The raw column of a path: `metadata.auto.firstVisit` -> metadata__auto__first_visit."""
    from dlt.common.normalizers.naming.snake_case import NamingConvention

    naming = NamingConvention()
    return "__".join(naming.normalize_identifier(part) for part in path.split("."))


def custom_values(table: Table) -> Callable[[Mapping[str, Any]], dict[str, str | None]]:
    """A function from a record to its undeclared custom fields: column -> text."""
    if table.custom_in is None:
        return lambda record: {}
    steps = table.custom_in.split(".") if table.custom_in else []
    prefix = f"{table.custom_in}." if steps else ""

    def values(record: Mapping[str, Any]) -> dict[str, str | None]:
        own = value_at(record, steps) or {}
        return {
            column_name(prefix + name): as_text(value)
            for name, value in own.items()
            if prefix + name not in table.fields and not isinstance(value, list | dict)
        }

    return values


def as_text(value: Any) -> str | None:
    """A scalar as text, other than text as JSON writes it."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def row_maker(table: Table) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A function from a vendor's record to a row of a table with lists, with its child rows."""
    places = [(column_name(path), path.split(".")) for path in table.fields]
    domain_source = table.domain_of and column_name(table.domain_of)
    lists = [
        (column_name(path), path.split("."), row_maker(Table(path, item_fields)))
        for path, item_fields in table.lists.items()
    ]

    custom = custom_values(table)

    def row(record: Mapping[str, Any]) -> dict[str, Any]:
        made = custom(record) | {column: value_at(record, steps) for column, steps in places}
        if domain_source:
            made[DOMAIN_COLUMN] = registrable_domain(made[domain_source])
        for name, steps, make_item in lists:
            items = value_at(record, steps) or []
            made[name] = [
                make_item(item) if isinstance(item, Mapping) else {VALUE: item} for item in items
            ]
        return made

    return row


def value_at(record: Mapping[str, Any], steps: list[str]) -> Any:
    """What the record has under a path; None where it ends on the way."""
    value: Any = record
    for step in steps:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def resource_hints(table: Table) -> dict[str, Any]:
    """Keyword arguments for `dlt.resource`: columns, key, how rows replace older ones."""
    columns = _columns(table.fields)
    if table.domain_of:
        columns |= _columns({DOMAIN_COLUMN: "text"})
    if table.newest:
        columns[table.newest]["dedup_sort"] = "desc"
    columns[LOAD_ID] = {"name": LOAD_ID, "data_type": "text", "nullable": not table.lists}
    if table.lists:
        columns |= _system_columns({"_dlt_id": "row_key"})
    hints = {
        "name": table.name,
        "columns": columns,
        "schema_contract": SCHEMA_CONTRACT,
        "write_disposition": "merge" if table.key else "replace",
        "nested_hints": {
            column_name(path): {"columns": _columns(item) | _child_columns(table)}
            for path, item in table.lists.items()
        },
    }
    return hints | ({"primary_key": list(table.key)} if table.key else {})


def _columns(paths: Fields) -> dict[str, dict[str, Any]]:
    columns = {}
    for path, data_type in paths.items():
        name = column_name(path)
        columns[name] = {"name": name, "data_type": data_type}
        if data_type == "timestamp":
            # Instants land as TIMESTAMP in UTC: one kind of instant in the whole warehouse.
            columns[name]["timezone"] = False
    return columns


def _child_columns(table: Table) -> dict[str, dict[str, Any]]:
    """What ties a child row to its parent, and in a merged table to the record to replace."""
    root = {"_dlt_root_id": "root_key"} if table.key else {}
    position = {"name": "_dlt_list_idx", "data_type": "bigint", "nullable": False}
    return (
        _system_columns(root | {"_dlt_parent_id": "parent_key"})
        | {"_dlt_list_idx": position}
        | _system_columns({"_dlt_id": "row_key"})
    )


def _system_columns(roles: dict[str, str]) -> dict[str, dict[str, Any]]:
    """dlt's own columns; declared, so that a table can be created before its first row."""
    return {
        name: {"name": name, "data_type": "text", "nullable": False, role: True}
        for name, role in roles.items()
    }
