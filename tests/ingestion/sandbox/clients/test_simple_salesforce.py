"""Salesforce's service under simple-salesforce, which the loads use as well."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from ingestion.sandbox.company import Company
from tests.ingestion.sandbox.clients.conftest import AS_OF, TWICE_USED, host

Record = dict[str, Any]
DOMAIN = "sandbox.my"
SMALL_PAGES = {"Sforce-Query-Options": "batchSize=200"}


class SandboxAdapter(requests.adapters.HTTPAdapter):
    """What a client sends to the organisation's My Domain goes to the sandbox."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        request.url = (request.url or "").replace(f"{DOMAIN}.salesforce.com", self.address)
        return super().send(request, *args, **options)


@pytest.fixture
def client(settings: dict[str, str]) -> Salesforce:
    return logged_in(settings, settings["SOURCES__SALESFORCE__CLIENT_SECRET"])


def logged_in(settings: dict[str, str], secret: str) -> Salesforce:
    name, port = host(settings, "salesforce")
    session = requests.Session()
    session.mount(f"https://{DOMAIN}.salesforce.com", SandboxAdapter(f"{name}:{port}"))
    return Salesforce(
        consumer_key=settings["SOURCES__SALESFORCE__CLIENT_ID"],
        consumer_secret=secret,
        domain=DOMAIN,
        session=session,
        version="62.0",
    )


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds") + "+0000"


def wire(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def kept(company: Company, name: str) -> list[Record]:
    return [row for row in company.salesforce[name] if not row.get("IsDeleted")]


def ids(rows: list[Record]) -> list[str]:
    return sorted(row["Id"] for row in rows)


def test_the_login_leads_to_the_address_of_the_token(
    client: Salesforce, settings: dict[str, str]
) -> None:
    assert f"https://{client.sf_instance}" == settings["SOURCES__SALESFORCE__LOGIN_URL"]
    assert client.restful("")["query"] == "/services/data/v62.0/query"


def test_a_wrong_secret_and_a_wrong_session_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid_client"):
        logged_in(settings, "wrong")
    stranger = Salesforce(
        instance_url=settings["SOURCES__SALESFORCE__LOGIN_URL"], session_id="wrong"
    )
    with pytest.raises(SalesforceExpiredSession, match="INVALID_SESSION_ID"):
        stranger.query("SELECT Id FROM Account")


def test_an_ended_session_is_renewed(client: Salesforce) -> None:
    client.session_id = "ended"
    client._generate_headers()
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] > 0


def test_every_object_is_read_as_the_company_has_it(client: Salesforce, company: Company) -> None:
    for name, rows in company.salesforce.items():
        fields = [field["name"] for field in getattr(client, name).describe()["fields"]]
        text = f"SELECT {', '.join(fields)} FROM {name}"
        shown = client.query_all(text, include_deleted=True)
        assert shown["totalSize"] == len(rows), name
        by_id = {row["Id"]: row for row in rows}
        for record in shown["records"]:
            assert record["attributes"]["type"] == name
            expected = {field: wire(by_id[record["Id"]].get(field)) for field in fields}
            assert {field: record[field] for field in fields} == expected
        assert {row for row in by_id} == {record["Id"] for record in shown["records"]}


def test_pages_are_followed_by_url_and_by_locator(client: Salesforce, company: Company) -> None:
    text = "SELECT Id FROM Task"
    first = client.query(text, headers=SMALL_PAGES)
    assert (first["totalSize"], len(first["records"])) == (len(kept(company, "Task")), 200)
    url, locator = first["nextRecordsUrl"], first["nextRecordsUrl"].rpartition("/")[2]
    more = client.query_more(url, identifier_is_url=True)
    assert more["done"]
    assert ids(first["records"] + more["records"]) == ids(kept(company, "Task"))
    assert client.query_more(locator)["records"] == more["records"]
    everything = client.query_all(text, include_deleted=True, headers=SMALL_PAGES)
    assert ids(everything["records"]) == ids(company.salesforce["Task"])


def test_changes_are_read_in_their_order(client: Salesforce, company: Company) -> None:
    rows = sorted(company.salesforce["Task"], key=lambda row: row["SystemModstamp"])
    low, high = rows[20]["SystemModstamp"], rows[-20]["SystemModstamp"]
    text = format_soql(
        "SELECT Id, SystemModstamp FROM Task WHERE SystemModstamp >= {} AND SystemModstamp < {} "
        "ORDER BY SystemModstamp ASC",
        low.replace(tzinfo=UTC),
        high.replace(tzinfo=UTC),
    )
    shown = client.query_all(text, include_deleted=True)["records"]
    assert ids(shown) == ids([row for row in rows if low <= row["SystemModstamp"] < high])
    stamps = [record["SystemModstamp"] for record in shown]
    assert stamps == sorted(stamps)


def test_conditions_select_as_they_say(client: Salesforce, company: Company) -> None:
    contacts = kept(company, "Contact")
    some = next(contact for contact in contacts if contact["Email"] and contact["AccountId"])
    cases = {
        format_soql("Email = {}", some["Email"].upper()): lambda r: r["Email"] == some["Email"],
        format_soql("Name LIKE '{:like}%'", some["Name"][:3]): (
            lambda r: r["Name"].lower().startswith(some["Name"][:3].lower())
        ),
        format_soql("Role_Type__c IN {}", ["Champion", "Executive Sponsor"]): (
            lambda r: r["Role_Type__c"] in ("Champion", "Executive Sponsor")
        ),
        "Left_On__c != null": lambda r: r["Left_On__c"] is not None,
        "Left_On__c = null AND IsEmailBounced = false": (
            lambda r: r["Left_On__c"] is None and not r["IsEmailBounced"]
        ),
        format_soql("AccountId = {}", some["AccountId"][:15]): (
            lambda r: r["AccountId"] == some["AccountId"]
        ),
    }
    for condition, holds in cases.items():
        shown = client.query_all(f"SELECT Id FROM Contact WHERE {condition}")["records"]
        assert ids(shown) == ids([row for row in contacts if holds(row)]), condition


def test_parents_are_nested(client: Salesforce, company: Company) -> None:
    accounts = {row["Id"]: row for row in company.salesforce["Account"]}
    shown = client.query_all("SELECT AccountId, Account.Name, Account.Owner.Email FROM Contact")
    users = {row["Id"]: row for row in company.salesforce["User"]}
    for record in shown["records"]:
        account = accounts[record["AccountId"]]
        assert record["Account"]["Name"] == account["Name"]
        assert record["Account"]["Owner"]["Email"] == users[account["OwnerId"]]["Email"]


def test_objects_are_described_with_the_types_of_their_fields(
    client: Salesforce, company: Company
) -> None:
    listed = {entry["name"]: entry for entry in client.describe()["sobjects"]}
    assert listed.keys() == company.salesforce.keys()
    assert listed["CSM_Sentiment__c"]["custom"]
    types = {"datetime": datetime, "date": date, "boolean": bool, "double": float}
    for name, rows in company.salesforce.items():
        for field in getattr(client, name).describe()["fields"]:
            values = [row[field["name"]] for row in rows if row.get(field["name"]) is not None]
            if values and field["type"] in types:
                assert {type(value) for value in values} <= {types[field["type"]], int}


def test_a_record_is_got_by_its_id_and_by_its_external_id(
    client: Salesforce, company: Company
) -> None:
    row = company.salesforce["Account"][4]
    for record in (
        client.Account.get(row["Id"]),
        client.Account.get_by_custom_id("Company_ID__c", row["Company_ID__c"]),
    ):
        assert (record["Id"], record["Name"]) == (row["Id"], row["Name"])
        assert record["SystemModstamp"] == stamp(row["SystemModstamp"])


def test_what_cannot_be_got_is_told_apart(client: Salesforce, company: Company) -> None:
    with pytest.raises(SalesforceResourceNotFound, match="NOT_FOUND"):
        client.Account.get("001000000000999AAA")
    with pytest.raises(SalesforceResourceNotFound, match="ENTITY_IS_DELETED"):
        client.Task.get(company.salesforce["Task"][0]["Id"])
    with pytest.raises(SalesforceResourceNotFound, match="NOT_FOUND"):
        client.Nothing.describe()
    with pytest.raises(SalesforceResourceNotFound, match="external ID field"):
        client.Account.get_by_custom_id("Name", company.salesforce["Account"][0]["Name"])
    with pytest.raises(SalesforceMoreThanOneRecord) as several:
        client.Account.get_by_custom_id("Company_ID__c", TWICE_USED)
    shared = [r["Id"] for r in company.salesforce["Account"] if r["Company_ID__c"] == TWICE_USED]
    assert sorted(url.rpartition("/")[2] for url in several.value.content) == sorted(shared)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity", "INVALID_TYPE"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD"),
    ],
)
def test_a_bad_query_is_refused_with_its_code(client: Salesforce, query: str, code: str) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query(query)
    assert refused.value.content[0]["errorCode"] == code


def test_deleted_and_updated_records_are_told_by_time(client: Salesforce, company: Company) -> None:
    start, end = (AS_OF - timedelta(days=d) for d in (14, 0))
    window = [moment.replace(tzinfo=UTC) for moment in (start, end)]
    changed = [row for row in company.salesforce["Task"] if start <= row["SystemModstamp"] < end]
    deleted = client.Task.deleted(*window)
    assert {row["id"]: row["deletedDate"] for row in deleted["deletedRecords"]} == {
        row["Id"]: stamp(row["SystemModstamp"]) for row in changed if row["IsDeleted"]
    }
    assert len(deleted["deletedRecords"]) == 2
    updated = client.Task.updated(*window)
    assert sorted(updated["ids"]) == ids([row for row in changed if not row["IsDeleted"]])
    assert updated["latestDateCovered"] == deleted["latestDateCovered"] == stamp(AS_OF)


@pytest.mark.parametrize(("name", "days"), [("deleted", 16), ("updated", 31)])
def test_changes_of_too_long_ago_are_not_kept(client: Salesforce, name: str, days: int) -> None:
    start = (AS_OF - timedelta(days=days)).replace(tzinfo=UTC)
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_REPLICATION_DATE"):
        getattr(client.Task, name)(start, AS_OF.replace(tzinfo=UTC))


def test_several_requests_go_in_one(client: Salesforce, company: Company) -> None:
    row = company.salesforce["Account"][0]
    requests_ = [
        {"method": "GET", "url": f"v62.0/sobjects/Account/{row['Id']}?fields=Name"},
        {"method": "GET", "url": "v62.0/sobjects/Nothing/describe"},
        {"method": "GET", "url": "v62.0/query?q=SELECT+COUNT()+FROM+Contact"},
    ]
    body = {"haltOnError": False, "batchRequests": requests_}
    reply = client.restful("composite/batch", method="POST", json=body)
    assert reply["hasErrors"]
    assert [entry["statusCode"] for entry in reply["results"]] == [200, 404, 200]
    account, missing, count = (entry["result"] for entry in reply["results"])
    assert account["Name"] == row["Name"]
    assert missing[0]["errorCode"] == "NOT_FOUND"
    assert count["totalSize"] == len(kept(company, "Contact"))
    halted = client.restful("composite/batch", method="POST", json=body | {"haltOnError": True})
    assert [entry["statusCode"] for entry in halted["results"]] == [200, 404, 412]


def test_an_object_is_read_in_bulk_with_its_deleted_records(
    client: Salesforce, company: Company
) -> None:
    text = "SELECT Id, IsDeleted, ActivityDate, Subject FROM Task"
    rows = company.salesforce["Task"]
    for read, expected in (
        (client.bulk2.Task.query, kept(company, "Task")),
        (client.bulk2.Task.query_all, rows),
    ):
        parts = list(read(text, max_records=100, wait=0))
        assert len(parts) == -(-len(expected) // 100)
        shown = [row for part in parts for row in csv.DictReader(io.StringIO(part))]
        assert {row["Id"]: tuple(row.values()) for row in shown} == {
            row["Id"]: (
                row["Id"],
                str(row["IsDeleted"]).lower(),
                wire(row["ActivityDate"]) or "",
                row["Subject"],
            )
            for row in expected
        }


def test_limits_and_usage_are_told(client: Salesforce) -> None:
    limits = client.limits()
    assert limits["DailyApiRequests"]["Max"] > limits["DailyApiRequests"]["Remaining"] > 0
    usage = client.api_usage["api-usage"]
    assert usage.total == limits["DailyApiRequests"]["Max"]
