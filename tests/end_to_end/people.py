"""Who must not be named in what is published, and where somebody is."""

from datetime import datetime

import duckdb

from ingestion.sandbox.company import Company, simulate
from tests.end_to_end.project import ACCOUNTS

TEXTS = """
    select schema_name || '.' || table_name, column_name
    from duckdb_columns()
    where
        database_name = current_database()
        and data_type = 'VARCHAR'
        -- The one person who is named: whoever is, or was, responsible.
        and column_name <> 'csm_name'
"""


def company_of_tests() -> Company:
    return simulate(accounts=ACCOUNTS, as_of=datetime(2026, 12, 15))


def known_people(company: Company) -> set[str]:
    """Names, addresses and ids of people."""
    users, contacts = company.salesforce["User"], company.salesforce["Contact"]
    known = {row["Name"] for row in contacts + users}
    known |= {row["Email"] for row in contacts + users}
    known |= {row["visitorId"] for row in company.pendo["visitors"]}
    known |= {row["metadata"]["agent"].get("email") for row in company.pendo["visitors"]}
    known |= {account["email"] for account in company.recurly["accounts"]}
    return {text for text in known if text and len(text) > 5}


def named(connection: duckdb.DuckDBPyConnection, people: set[str]) -> list[tuple[str, str]]:
    """Texts of the view `texts` in which a person is named, with the person."""
    connection.execute("create or replace temp table people (person varchar)")
    connection.executemany("insert into people values (?)", [[person] for person in people])
    return connection.execute(
        "select place, person from (select distinct place, said from texts) "
        "inner join people on contains(said, person) limit 5"
    ).fetchall()
