from datetime import date, datetime

import pytest

from ingestion.sandbox.salesforce_schema import organisation
from ingestion.sandbox.soql import Combination, Comparison, Literal, SoqlError, parse
from ingestion.sandbox.soql_execution import run, selection
from tests.ingestion.sandbox.small_company import salesforce_records

ORG = organisation(salesforce_records())


def names(where: str, with_deleted: bool = False) -> list[str]:
    query = parse(f"SELECT Name FROM Account WHERE {where}")
    return [record["Name"] for record in run(ORG, query, with_deleted)]


def refusal(text: str) -> str:
    with pytest.raises(SoqlError) as refused:
        query = parse(text)
        run(ORG, query, False)
        selection(ORG, query)
    return refused.value.code


def test_a_whole_statement_is_understood() -> None:
    query = parse(
        "select Id, Account.Name from Task where SystemModstamp >= 2026-01-31T12:00:00Z "
        "and IsDeleted = false order by SystemModstamp desc nulls last, Id limit 5 offset 2"
    )
    assert query.fields == ["Id", "Account.Name"]
    assert query.where == Combination(
        "and",
        [
            Comparison("SystemModstamp", ">=", [Literal("datetime", datetime(2026, 1, 31, 12))]),
            Comparison("IsDeleted", "=", [Literal("boolean", False)]),
        ],
    )
    assert [(o.field, o.descending, o.nulls_last) for o in query.order] == [
        ("SystemModstamp", True, True),
        ("Id", False, False),
    ]
    assert (query.limit, query.offset) == (5, 2)


def test_a_datetime_literal_with_an_offset_is_moved_to_utc() -> None:
    where = parse("SELECT Id FROM Task WHERE CreatedDate < 2026-01-31T00:00:00+02:00").where
    assert isinstance(where, Comparison)
    assert where.literals == [Literal("datetime", datetime(2026, 1, 30, 22))]


def test_a_string_keeps_its_escaped_quotes_and_backslashes() -> None:
    where = parse(r"SELECT Id FROM Account WHERE Name = 'O\'Brien \\ Co'").where
    assert isinstance(where, Comparison)
    assert where.literals == [Literal("string", "O'Brien \\ Co")]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Name = 'ACME'", ["Acme"]),
        ("Name LIKE 'acme%'", ["Acme", "acme labs"]),
        ("Name LIKE '_cme'", ["Acme"]),
        ("NOT Name LIKE '%e%'", []),
        ("Name IN ('acme', 'acme labs')", ["Acme", "acme labs"]),
        ("Name NOT IN ('acme')", ["acme labs", "O'Brien & Co"]),
        ("NumberOfEmployees = null", ["acme labs"]),
        ("NumberOfEmployees != 50", ["acme labs", "O'Brien & Co"]),
        ("NumberOfEmployees > 50", ["O'Brien & Co"]),
        ("NumberOfEmployees < 900", ["Acme"]),
        ("Is_High_Growth__c = true", ["Acme"]),
        ("Customer_Since__c >= 2025-01-02", ["acme labs", "O'Brien & Co"]),
        ("Name = 'Acme' OR (Name LIKE 'O%' AND NumberOfEmployees >= 900)",
         ["Acme", "O'Brien & Co"]),
        ("Parent.Name = 'Acme'", ["acme labs"]),
        ("Id = '001000000000001'", ["Acme"]),
    ],
)  # fmt: skip
def test_conditions_select_what_salesforce_would(where: str, expected: list[str]) -> None:
    assert names(where) == expected


def test_deleted_records_show_only_where_they_are_asked_for() -> None:
    assert names("Name = 'Merged'") == []
    assert names("Name = 'Merged'", with_deleted=True) == ["Merged"]


def test_nulls_come_first_unless_they_are_sent_last() -> None:
    first = parse("SELECT Name FROM Account ORDER BY NumberOfEmployees")
    last = parse("SELECT Name FROM Account ORDER BY NumberOfEmployees DESC NULLS LAST")
    assert [r["NumberOfEmployees"] for r in run(ORG, first, False)] == [None, 50, 900]
    assert [r["NumberOfEmployees"] for r in run(ORG, last, False)] == [900, 50, None]


def test_fields_expands_to_the_objects_own_fields() -> None:
    query = parse("SELECT FIELDS(CUSTOM) FROM Account LIMIT 200")
    found = {path.field for path in selection(ORG, query)}
    assert {"Company_ID__c", "Customer_Since__c"} <= found
    assert all(name.endswith("__c") for name in found)


def test_an_object_without_records_still_has_its_fields() -> None:
    query = parse("SELECT Id, MessageDate FROM EmailMessage")
    assert run(ORG, query, True) == []
    assert [path.type for path in selection(ORG, query)] == ["id", "datetime"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Nope = 1", "INVALID_FIELD"),
        ("SELECT Nobody.Name FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
        ("SELECT Id FROM Task WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE CreatedDate > 2026-01-01", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'open", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT ten", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id != null AND Name = 'a' OR Name = 'b'",
         "MALFORMED_QUERY"),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY"),
        ("", "MALFORMED_QUERY"),
    ],
)  # fmt: skip
def test_what_salesforce_refuses_is_refused_with_its_code(text: str, code: str) -> None:
    assert refusal(text) == code


def test_a_date_literal_compares_with_a_date_field() -> None:
    where = parse("SELECT Id FROM Account WHERE Customer_Since__c = 2025-01-01").where
    assert isinstance(where, Comparison)
    assert where.literals == [Literal("date", date(2025, 1, 1))]
