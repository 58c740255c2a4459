"""Run parsed SOQL over the records of the simulated organisation."""

import operator
import re
from collections.abc import Callable
from typing import Any

from ingestion.sandbox.salesforce_schema import SObject
from ingestion.sandbox.soql import (
    Combination,
    Comparison,
    Condition,
    Literal,
    Query,
    SoqlError,
)

Record = dict[str, Any]
Getter = Callable[[Record], Any]
Predicate = Callable[[Record], bool]
KINDS = {
    "boolean": "boolean", "int": "number", "double": "number", "date": "date",
    "datetime": "datetime",
}  # fmt: skip
ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Path:
    """A field as written in a query (Name, Account.Name), resolved on its object."""

    def __init__(self, org: dict[str, SObject], sobject: SObject, text: str) -> None:
        *relationships, name = text.split(".")
        if relationships and relationships[0].lower() == sobject.name.lower():
            relationships.pop(0)
        self.steps: list[tuple[str, str, SObject]] = []
        for relationship in relationships:
            reference = sobject.relationship(relationship)
            target = org.get(sobject.target(reference).lower()) if reference else None
            if reference is None or target is None:
                raise SoqlError(
                    "INVALID_FIELD",
                    f"Didn't understand relationship '{relationship}' in field path. "
                    "If you are attempting to use a custom relationship, be sure to "
                    "append the '__r' after the custom relationship name.",
                )
            label = reference[:-1] + "r" if reference.endswith("__c") else reference[:-2]
            self.steps.append((label, reference, target))
            sobject = target
        if name.lower() not in sobject.names:
            raise SoqlError(
                "INVALID_FIELD",
                f"No such column '{name}' on entity '{sobject.name}'. If you are "
                "attempting to use a custom field, be sure to append the '__c' after "
                "the custom field name.",
            )
        self.field = sobject.names[name.lower()]
        self.type = sobject.types[self.field]

    @property
    def name(self) -> str:
        """As Salesforce writes it: Account.Name."""
        return ".".join([*(label for label, _, _ in self.steps), self.field])

    def owner(self, record: Record) -> Record | None:
        """Follow the references to the record that holds the field."""
        found: Record | None = record
        for _, reference, target in self.steps:
            found = target.by_id.get((found.get(reference) or "")[:15]) if found else None
        return found

    def value(self, record: Record) -> Any:
        owner = self.owner(record)
        return owner.get(self.field) if owner else None


def run(org: dict[str, SObject], query: Query, with_deleted: bool) -> list[Record]:
    """Return the matching stored records in order; raises SoqlError.

    Without an ORDER BY the order is that of creation, as it usually is at Salesforce.
    """
    sobject = find_object(org, query.sobject)
    matches = _predicate(org, sobject, query.where) if query.where else None
    records = [
        record
        for record in sobject.records
        if (with_deleted or not record.get("IsDeleted")) and (matches is None or matches(record))
    ]
    for order in reversed(query.order):
        path = Path(org, sobject, order.field)
        nulls = [r for r in records if path.value(r) is None]
        others = [r for r in records if path.value(r) is not None]
        others.sort(key=lambda r: _sortable(path.value(r)), reverse=order.descending)
        records = others + nulls if order.nulls_last else nulls + others
    end = None if query.limit is None else query.offset + query.limit
    return records[query.offset : end]


def find_object(org: dict[str, SObject], name: str) -> SObject:
    """Return an object of the organisation; raises SoqlError with INVALID_TYPE."""
    if name.lower() not in org:
        raise SoqlError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return org[name.lower()]


def selection(org: dict[str, SObject], query: Query) -> list[Path]:
    """Resolve the selected fields, FIELDS(...) included; raises SoqlError."""
    sobject = find_object(org, query.sobject)
    names: list[str] = []
    for text in query.fields:
        if not text.startswith("FIELDS("):
            names.append(text)
            continue
        if text != "FIELDS(STANDARD)" and (query.limit is None or query.limit > 200):
            raise SoqlError(
                "MALFORMED_QUERY",
                "The SOQL FIELDS function must have a LIMIT of at most 200",
            )
        kept = {"FIELDS(ALL)": (True, False), "FIELDS(CUSTOM)": (True,)}
        wanted = kept.get(text, (False,))
        names += [name for name in sobject.types if name.endswith("__c") in wanted]
    return [Path(org, sobject, name) for name in names]


def _sortable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _predicate(org: dict[str, SObject], sobject: SObject, condition: Condition) -> Predicate:
    if isinstance(condition, Comparison):
        return _comparison(Path(org, sobject, condition.field), condition)
    parts = [_predicate(org, sobject, part) for part in condition.conditions]
    return _combined(condition, parts)


def _combined(condition: Combination, parts: list[Predicate]) -> Predicate:
    if condition.operator == "not":
        return lambda record: not parts[0](record)
    if condition.operator == "and":
        return lambda record: all(part(record) for part in parts)
    return lambda record: any(part(record) for part in parts)


def _comparison(path: Path, comparison: Comparison) -> Predicate:
    for literal in comparison.literals:
        _check_type(path, literal)
    value = _comparable(path)
    bounds = [_normal(path, literal.value) for literal in comparison.literals]
    wanted = frozenset(bounds)
    sign = comparison.operator
    if sign in ("=", "in"):
        return lambda record: value(record) in wanted
    if sign in ("!=", "not in"):
        return lambda record: value(record) not in wanted
    if sign == "like":
        if comparison.literals[0].kind != "string":
            raise SoqlError("INVALID_FIELD", f"{path.field}: LIKE needs a string")
        pattern = _like(str(comparison.literals[0].value))
        return lambda record: (
            (v := path.value(record)) is not None and pattern.fullmatch(v) is not None
        )
    bound, holds = bounds[0], ORDERINGS[sign]
    return lambda record: bound is not None and (v := value(record)) is not None and holds(v, bound)


def _check_type(path: Path, literal: Literal) -> None:
    """Refuse a literal of another type, as a quoted datetime, like Salesforce does."""
    expected = KINDS.get(path.type, "string")
    if literal.kind not in ("null", expected):
        raise SoqlError(
            "INVALID_FIELD",
            f"value of filter criterion for field '{path.field}' must be of type "
            f"{path.type} and should "
            + ("be" if expected == "string" else "not be")
            + " enclosed in quotes",
        )


def _comparable(path: Path) -> Getter:
    return lambda record: _normal(path, path.value(record))


def _normal(path: Path, value: Any) -> Any:
    """Ids compare by their 15 case-sensitive characters, other strings in any case."""
    if not isinstance(value, str):
        return value
    return value[:15] if path.type in ("id", "reference") else value.lower()


def _like(text: str) -> re.Pattern[str]:
    wildcards = {"%": ".*", "_": "."}
    pattern = "".join(wildcards.get(char, re.escape(char)) for char in text)
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
