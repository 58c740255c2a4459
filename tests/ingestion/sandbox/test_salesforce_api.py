import base64
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

QUERY = "SELECT Id, SystemModstamp FROM Task ORDER BY SystemModstamp"


class LoopbackAdapter(requests.adapters.HTTPAdapter):
    """Send what a client addresses by https to a Salesforce host to the sandbox."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        path = (request.url or "").split("/", 3)[3]
        request.url = f"{self.origin}/{path}"
        return super().send(request, *args, **options)


@pytest.fixture
def client(services: dict[str, str]) -> Salesforce:
    session = requests.Session()
    origin = services["SOURCES__SALESFORCE__LOGIN_URL"]
    session.mount("https://", LoopbackAdapter(origin))
    return Salesforce(
        consumer_key=services["SOURCES__SALESFORCE__CLIENT_ID"],
        consumer_secret=services["SOURCES__SALESFORCE__CLIENT_SECRET"],
        domain="sandbox.my",
        session=session,
    )


def login(services: dict[str, str], **form: str) -> requests.Response:
    url = services["SOURCES__SALESFORCE__LOGIN_URL"] + "/services/oauth2/token"
    headers = {}
    if "basic" in form:
        encoded = base64.b64encode(form.pop("basic").encode()).decode()
        headers["Authorization"] = f"Basic {encoded}"
    return requests.post(url, data=form, headers=headers, timeout=10)


def test_client_credentials_are_taken_from_the_body_or_a_basic_header(
    services: dict[str, str],
) -> None:
    key = services["SOURCES__SALESFORCE__CLIENT_ID"]
    secret = services["SOURCES__SALESFORCE__CLIENT_SECRET"]
    flow = "client_credentials"
    body = login(services, grant_type=flow, client_id=key, client_secret=secret)
    header = login(services, grant_type=flow, basic=f"{key}:{secret}")
    assert body.status_code == header.status_code == 200
    assert body.json()["token_type"] == "Bearer"
    assert body.json()["instance_url"] == services["SOURCES__SALESFORCE__LOGIN_URL"]
    assert body.json()["issued_at"].isdigit()


def test_a_wrong_secret_and_a_blocked_flow_are_refused(
    services: dict[str, str],
) -> None:
    key = services["SOURCES__SALESFORCE__CLIENT_ID"]
    secret = services["SOURCES__SALESFORCE__CLIENT_SECRET"]
    wrong = login(services, grant_type="client_credentials", basic=f"{key}:wrong")
    password = login(services, grant_type="password", client_id=key, client_secret=secret)
    unknown = login(services, grant_type="magic", client_id=key, client_secret=secret)
    assert [r.status_code for r in (wrong, password, unknown)] == [400, 400, 400]
    assert wrong.json()["error"] == "invalid_client"
    assert password.json()["error"] == "invalid_grant"
    assert unknown.json()["error"] == "unsupported_grant_type"


def test_a_refresh_token_is_as_good_as_a_login(services: dict[str, str]) -> None:
    form = {
        "grant_type": "refresh_token",
        "client_id": services["SOURCES__SALESFORCE__CLIENT_ID"],
        "client_secret": services["SOURCES__SALESFORCE__CLIENT_SECRET"],
    }
    renewed = login(services, **form, refresh_token="5Aep-sandbox-salesforce-refresh-token")
    wrong = login(services, **form, refresh_token="wrong")
    assert renewed.json()["access_token"]
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("plus", ["+", "%2B"])
def test_deleted_records_are_told_whether_or_not_a_plus_is_escaped(
    salesforce: requests.Session, plus: str
) -> None:
    bounds = f"start=2026-11-01T00:00:00{plus}00:00&end=2026-11-02T00:00:00Z"
    reply = salesforce.get(f"{salesforce.base}/sobjects/Task/deleted/?{bounds}").json()
    assert reply["deletedRecords"] == []
    assert reply["latestDateCovered"] == "2026-11-02T00:00:00.000+0000"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"batchRequests": []}'])
def test_what_is_no_batch_is_refused(salesforce: requests.Session, body: bytes) -> None:
    reply = salesforce.post(salesforce.base + "/composite/batch", data=body)
    assert reply.status_code == 400
    assert reply.json()[0]["errorCode"] in ("JSON_PARSER_ERROR", "INVALID_BATCH_REQUEST")


def test_a_wrong_session_gets_salesforces_401_body(
    salesforce: requests.Session,
) -> None:
    headers = {"Authorization": "Bearer wrong"}
    reply = requests.get(salesforce.base + "/limits", headers=headers, timeout=10)
    assert reply.status_code == 401
    assert reply.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_pages_follow_next_records_url_until_done(salesforce: requests.Session) -> None:
    origin = salesforce.base.split("/services")[0]
    page = salesforce.get(salesforce.base + "/query/", params={"q": QUERY}).json()
    sizes, ids = [], []
    while True:
        sizes.append(len(page["records"]))
        ids += [record["Id"] for record in page["records"]]
        if page["done"]:
            break
        assert page["nextRecordsUrl"].startswith("/services/data/v62.0/query/01g")
        page = salesforce.get(origin + page["nextRecordsUrl"]).json()
    assert sizes == [2000, 2000, 456]
    assert page["totalSize"] == len(set(ids)) == 4456
    assert "nextRecordsUrl" not in page


def test_query_all_includes_deleted_rows_on_every_page(
    salesforce: requests.Session,
) -> None:
    origin = salesforce.base.split("/services")[0]
    text = "SELECT Id, IsDeleted FROM Task"
    page = salesforce.get(salesforce.base + "/queryAll", params={"q": text}).json()
    assert page["totalSize"] == 4501
    assert "/query/" in page["nextRecordsUrl"]
    more = salesforce.get(origin + page["nextRecordsUrl"]).json()
    assert sum(record["IsDeleted"] for record in more["records"]) == 20


@pytest.mark.parametrize(("asked", "given"), [(1, 200), (500, 500), (9999, 2000)])
def test_the_batch_size_is_kept_between_200_and_2000(
    salesforce: requests.Session, asked: int, given: int
) -> None:
    headers = {"Sforce-Query-Options": f"batchSize={asked}"}
    url = salesforce.base + "/query"
    page = salesforce.get(url, params={"q": QUERY}, headers=headers).json()
    assert len(page["records"]) == given


def test_records_carry_attributes_and_datetimes_without_a_colon_in_the_offset(
    salesforce: requests.Session,
) -> None:
    text = "SELECT Name, CreatedDate, Owner.Name, Parent.Name FROM Account LIMIT 1"
    reply = salesforce.get(salesforce.base + "/query", params={"q": text})
    (record,) = reply.json()["records"]
    assert record["attributes"] == {
        "type": "Account",
        "url": "/services/data/v62.0/sobjects/Account/001000000000001AAA",
    }
    assert record["CreatedDate"] == "2026-01-31T12:34:56.000+0000"
    assert record["Owner"]["Name"] == "Dana"
    assert record["Parent"] is None
    assert reply.headers["Sforce-Limit-Info"].startswith("api-usage=")


def test_count_returns_the_number_without_records(salesforce: requests.Session) -> None:
    text = "SELECT COUNT() FROM Task WHERE ActivityDate >= 2026-01-20"
    body = salesforce.get(salesforce.base + "/query", params={"q": text}).json()
    assert body == {"totalSize": body["totalSize"], "done": True, "records": []}
    assert 0 < body["totalSize"] < 4456


def test_a_bad_query_gets_a_json_array_with_400(salesforce: requests.Session) -> None:
    text = "SELECT Nope FROM Account"
    reply = salesforce.get(salesforce.base + "/query", params={"q": text})
    assert reply.status_code == 400
    assert reply.json()[0]["errorCode"] == "INVALID_FIELD"
    assert "No such column 'Nope' on entity 'Account'" in reply.json()[0]["message"]


def test_an_unknown_locator_record_and_version_are_refused(
    salesforce: requests.Session,
) -> None:
    base = salesforce.base
    locator = salesforce.get(base + "/query/01g000000000000999-2000")
    record = salesforce.get(base + "/sobjects/Account/001000000000999AAA")
    deleted = salesforce.get(base + "/sobjects/Account/001000000000004AAA")
    version = salesforce.get(base.replace("v62.0", "v7.0") + "/limits")
    assert locator.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert (record.status_code, record.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert deleted.json()[0]["errorCode"] == "ENTITY_IS_DELETED"
    assert version.status_code == 404


def test_a_request_target_of_16384_characters_is_too_long(
    salesforce: requests.Session,
) -> None:
    text = "SELECT Id FROM Account WHERE Name = '" + "x" * 16_384 + "'"
    reply = salesforce.get(salesforce.base + "/query", params={"q": text})
    assert reply.status_code == 414


def test_versions_are_listed_without_a_session(services: dict[str, str]) -> None:
    url = services["SOURCES__SALESFORCE__LOGIN_URL"] + "/services/data/"
    versions = [entry["version"] for entry in requests.get(url, timeout=10).json()]
    assert "62.0" in versions


def test_simple_salesforce_reads_all_pages(client: Salesforce) -> None:
    records = list(client.query_all_iter(QUERY))
    assert len(records) == 4456
    stamps = [record["SystemModstamp"] for record in records]
    assert stamps == sorted(stamps)
    assert len(list(client.query_all_iter(QUERY, include_deleted=True))) == 4501


def test_simple_salesforce_continues_a_query_by_its_locator(client: Salesforce) -> None:
    page = client.query(QUERY)
    locator = page["nextRecordsUrl"].rsplit("/", 1)[1]
    more = client.query_more(locator)
    assert more["records"][0]["Id"] == "00T000000002021AAA"


def test_simple_salesforce_describes_objects_and_gets_records(
    client: Salesforce,
) -> None:
    listed = {entry["name"] for entry in client.describe()["sobjects"]}
    fields = {field["name"]: field for field in client.Account.describe()["fields"]}
    assert listed == {"Account", "Task", "User", "EmailMessage"}
    assert fields["Company_ID__c"]["externalId"]
    assert fields["SystemModstamp"]["type"] == "datetime"
    assert fields["OwnerId"]["referenceTo"] == ["User"]
    assert client.Account.get("001000000000001AAA")["Name"] == "Acme"
    assert client.limits()["DailyApiRequests"]["Max"] > 0


def test_simple_salesforce_recognises_the_refusal_of_an_unknown_object(
    client: Salesforce,
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query("SELECT Id FROM EventWhoRelation")
    assert refused.value.content[0]["errorCode"] == "INVALID_TYPE"
